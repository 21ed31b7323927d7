/* JSON helpers: see json.h. */
#include "base/json.h"

#include "base/arena.h"
#include "base/id.h"

#include <stdlib.h>
#include <string.h>

static void release(void *value) {
    json_decref(value);
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
    json_t *value = json_loadb(bytes, len, JSON_REJECT_DUPLICATES, &where);
    if (value == NULL) {
        return ERROR(err, ERR_UNREADABLE, "json.malformed", "line %d column %d: %s", where.line, where.column,
                     where.text);
    }
    arena_defer(arena, release, value);
    *out = value;
    return true;
}

json_t *json_obj(struct arena *arena) {
    json_t *value = json_object();
    REQUIRE(value != NULL);
    arena_defer(arena, release, value);
    return value;
}

json_t *json_arr(struct arena *arena) {
    json_t *value = json_array();
    REQUIRE(value != NULL);
    arena_defer(arena, release, value);
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

char *json_dump(struct arena *arena, const json_t *value) {
    char *text = json_dumps(value, JSON_COMPACT | JSON_ENCODE_ANY);
    REQUIRE(text != NULL);
    arena_defer(arena, free, text);
    return text;
}
