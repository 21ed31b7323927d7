/* JSON helpers: see json.h. */
#include "base/json.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/id.h"

#include <stdalign.h>
#include <stdlib.h>
#include <string.h>

/* A home holds at most HOME_MAX bytes, and only documents of up to PARSED_MAX: a sender can make values of fifty times
 * its length. What does not fit goes to the heap; from then on values are released one by one again. */
enum { HOME_MAX = 8 * 1024 * 1024, PARSED_MAX = 32 * 1024, DUMP_MAX = 64 * 1024 * 1024 };

static _Thread_local struct {
    struct arena *arena;
    bool spilled;
} home;

/* Stands before every allocation, so that values of both kinds may be mixed and released in any order. */
struct owner {
    alignas(max_align_t) bool arena;
};

static void *take(size_t size) {
    if (size > SIZE_MAX / 2) return NULL;
    bool fits = home.arena != NULL && !home.spilled && arena_used(home.arena) + size < HOME_MAX;
    if (home.arena != NULL && !fits) home.spilled = true;
    size += sizeof(struct owner);
    struct owner *owner = fits ? arena_memory(home.arena, size) : malloc(size);
    if (owner == NULL) return NULL;
    owner->arena = fits;
    return owner + 1;
}

static void give(void *memory) {
    struct owner *owner = memory == NULL ? NULL : (struct owner *)memory - 1;
    if (owner != NULL && !owner->arena) free(owner);
}

void json_memory_begin(void) {
    json_set_alloc_funcs(take, give);
}

void json_live_in(struct arena *arena) {
    home.arena = arena;
    home.spilled = false;
}

struct arena *json_leave_home(void) {
    struct arena *arena = home.arena;
    home.arena = NULL;
    return arena;
}

void json_come_home(struct arena *arena) {
    home.arena = arena;
}

static void release(void *value) {
    if (home.arena == NULL || home.spilled) json_decref(value);
}

static void release_always(void *value) {
    json_decref(value);
}

static void keep_until_reset(struct arena *arena, json_t *value) {
    arena_defer(arena, arena == home.arena ? release : release_always, value);
}

/* For a document that is not to live in the thread's home: longer than that, or too large. */
static json_t *load_on_heap(const char *bytes, size_t len, json_error_t *where) {
    struct arena *arena = json_leave_home();
    json_t *value = json_loadb(bytes, len, JSON_REJECT_DUPLICATES, where);
    json_come_home(arena);
    return value;
}

static json_t *load(struct arena *arena, const char *bytes, size_t len, json_error_t *where) {
    bool at_home = arena == home.arena;
    if (at_home && len <= PARSED_MAX) return json_loadb(bytes, len, JSON_REJECT_DUPLICATES, where);
    if (at_home) home.spilled = true; /* what is built around it has to let go of it */
    return load_on_heap(bytes, len, where);
}

/* jansson recurses once per level; a linear scan first keeps small thread stacks safe. */
static int nesting(const char *bytes, size_t len) {
    int depth = 0;
    int deepest = 0;
    bool in_string = false;
    for (size_t i = 0; i < len; i++) {
        char byte = bytes[i];
        if (in_string) {
            if (byte == '\\') i++;
            else if (byte == '"') in_string = false;
        } else if (byte == '"') {
            in_string = true;
        } else if (byte == '[' || byte == '{') {
            if (++depth > deepest) deepest = depth;
        } else if (byte == ']' || byte == '}') {
            depth--;
        }
    }
    return deepest;
}

bool json_parse(struct arena *arena, const char *bytes, size_t len, json_t **out, struct error *err) {
    if (nesting(bytes, len) > JSON_DEPTH_MAX) {
        return ERROR(err, ERR_UNREADABLE, "json.too_deep", "nesting above %d", JSON_DEPTH_MAX);
    }
    json_error_t where;
    json_t *value = load(arena, bytes, len, &where);
    if (value == NULL) {
        return ERROR(err, ERR_UNREADABLE, "json.malformed", "line %d column %d: %s", where.line, where.column,
                     where.text);
    }
    keep_until_reset(arena, value);
    *out = value;
    return true;
}

json_t *json_obj(struct arena *arena) {
    json_t *value = json_object();
    REQUIRE(value != NULL);
    keep_until_reset(arena, value);
    return value;
}

json_t *json_arr(struct arena *arena) {
    json_t *value = json_array();
    REQUIRE(value != NULL);
    keep_until_reset(arena, value);
    return value;
}

void json_put(json_t *object, const char *key, json_t *stolen) {
    REQUIRE(stolen != NULL && json_object_set_new(object, key, stolen) == 0);
}

void json_put_text(json_t *object, const char *key, const char *text) {
    json_put(object, key, text == NULL ? json_null() : json_string(text));
}

void json_put_bool(json_t *object, const char *key, bool value) {
    json_put(object, key, json_boolean(value));
}

void json_put_i64(json_t *object, const char *key, int64_t value) {
    json_put(object, key, json_integer(value));
}

void json_put_id(json_t *object, const char *key, int64_t id) {
    char text[ID_TEXT_SIZE];
    json_put_text(object, key, id == 0 ? NULL : id_text(id, text));
}

void json_push(json_t *array, json_t *stolen) {
    REQUIRE(stolen != NULL && json_array_append_new(array, stolen) == 0);
}

const char *json_text(const json_t *object, const char *key) {
    return json_string_value(json_object_get(object, key));
}

static int add_text(const char *bytes, size_t len, void *out) {
    buf_add(out, bytes, len);
    return 0;
}

static char *dump(struct arena *arena, const json_t *value, size_t flags) {
    struct buf text;
    buf_init(&text, arena, DUMP_MAX);
    REQUIRE(json_dump_callback(value, add_text, &text, JSON_COMPACT | JSON_ENCODE_ANY | flags) == 0 && !text.overflow);
    return text.data;
}

char *json_dump(struct arena *arena, const json_t *value) {
    return dump(arena, value, 0);
}

char *json_dump_sorted(struct arena *arena, const json_t *value) {
    return dump(arena, value, JSON_SORT_KEYS);
}
