/* Strict reading of JSON documents: see document.h. */
#include "policy/document.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/field.h"
#include "base/json.h"
#include "base/str.h"

static const char *path_of(const struct document *document, const char *key) {
    const char *dot = *document->path == '\0' ? "" : ".";
    return arena_printf(document->op->arena, "%s%s%s", document->path, dot, key);
}

static const json_t *member(const struct document *document, const char *key) {
    const json_t *value = document->object == NULL ? NULL : json_object_get(document->object, key);
    return json_is_null(value) ? NULL : value;
}

void document_error(const struct document *document, const char *key, const char *code, const char *arg) {
    if (document->object != NULL) op_field_error(document->op, path_of(document, key), code, arg);
}

/* jansson iterates over objects it may change only: an object with a member too many is copied to find which. */
static void name_unknown(const struct document *document, const char *const *known) {
    json_t *copy = json_deep_copy(document->object), *value;
    const char *key;
    REQUIRE(copy != NULL);
    json_object_foreach(copy, key, value) {
        size_t i = 0;
        while (known[i] != NULL && !str_eq(known[i], key)) i++;
        if (known[i] == NULL) document_error(document, key, "unknown", NULL);
    }
    json_decref(copy);
}

void document_only(const struct document *document, const char *const *known) {
    size_t present = 0;
    if (document->object == NULL) return;
    for (size_t i = 0; known[i] != NULL; i++) present += json_object_get(document->object, known[i]) != NULL ? 1 : 0;
    if (json_object_size(document->object) > present) name_unknown(document, known);
}

struct document document_object(const struct document *document, const char *key) {
    const json_t *value = member(document, key);
    if (value == NULL) document_error(document, key, "required", NULL);
    else if (!json_is_object(value)) document_error(document, key, "not_object", NULL);
    return (struct document){ document->op, json_is_object(value) ? value : NULL, path_of(document, key) };
}

const json_t *document_array(const struct document *document, const char *key, size_t min, size_t max) {
    const json_t *value = member(document, key);
    struct arena *arena = document->op->arena;
    if (value == NULL && min == 0) return json_arr(arena);
    if (value == NULL) document_error(document, key, "required", NULL);
    else if (!json_is_array(value)) document_error(document, key, "not_list", NULL);
    else if (json_array_size(value) >= min && json_array_size(value) <= max) return value;
    else document_error(document, key, "list_size", arena_printf(arena, "%zu–%zu", min, max));
    return json_arr(arena);
}

struct document document_entry(const struct document *document, const char *key, const json_t *array, size_t index) {
    const json_t *value = json_array_get(array, index);
    const char *name = arena_printf(document->op->arena, "%s[%zu]", key, index);
    if (!json_is_object(value)) document_error(document, name, "not_object", NULL);
    return (struct document){ document->op, json_is_object(value) ? value : NULL, path_of(document, name) };
}

const char *document_text(const struct document *document, const char *key, size_t max, bool required) {
    const json_t *value = member(document, key);
    if (value != NULL && !json_is_string(value)) {
        document_error(document, key, "not_text", NULL);
        return "";
    }
    if (value == NULL && required) document_error(document, key, "required", NULL);
    if (value == NULL) return "";
    const char *text = json_string_value(value);
    return field_text(document->op, path_of(document, key), text, max, required ? FIELD_REQUIRED : FIELD_OPTIONAL);
}

struct policy_text document_pair(const struct document *document, const char *key, size_t max, bool required) {
    static const char *const KNOWN[] = { "ko", "en", NULL };
    if (!required && member(document, key) == NULL) return (struct policy_text){ "", "" };
    struct document pair = document_object(document, key);
    document_only(&pair, KNOWN);
    struct policy_text text = { document_text(&pair, "ko", max, required), document_text(&pair, "en", max, false) };
    if (*text.en == '\0') text.en = text.ko;
    return text;
}

int64_t document_i64(const struct document *document, const char *key, int64_t min, int64_t max) {
    const json_t *value = member(document, key);
    if (value == NULL && min <= 0) return 0;
    if (value == NULL) document_error(document, key, "required", NULL);
    else if (!json_is_integer(value)) document_error(document, key, "not_number", NULL);
    else if (json_integer_value(value) >= min && json_integer_value(value) <= max) return json_integer_value(value);
    else {
        const char *range = arena_printf(document->op->arena, "%lld–%lld", (long long)min, (long long)max);
        document_error(document, key, "out_of_range", range);
    }
    return min;
}

bool document_flag(const struct document *document, const char *key) {
    const json_t *value = member(document, key);
    if (value != NULL && !json_is_boolean(value)) document_error(document, key, "not_bool", NULL);
    return json_is_true(value);
}

static int index_of(const char *word, const char *const *words) {
    for (int i = 0; words[i] != NULL; i++) {
        if (str_eq(word, words[i])) return i;
    }
    return -1;
}

static const char *listed(struct arena *arena, const char *const *words) {
    struct buf buf;
    buf_init(&buf, arena, 400);
    for (size_t i = 0; words[i] != NULL; i++) buf_printf(&buf, "%s%s", i > 0 ? ", " : "", words[i]);
    return buf.data;
}

int document_word(const struct document *document, const char *key, const char *const *words) {
    const json_t *value = member(document, key);
    int found = json_is_string(value) ? index_of(json_string_value(value), words) : -1;
    if (value == NULL) document_error(document, key, "required", NULL);
    else if (found < 0) document_error(document, key, "one_of", listed(document->op->arena, words));
    return found < 0 ? 0 : found;
}

unsigned document_words(const struct document *document, const char *key, const char *const *words) {
    enum { WORDS_MAX = 20 };
    const json_t *array = document_array(document, key, 0, WORDS_MAX);
    unsigned bits = 0;
    for (size_t i = 0; i < json_array_size(array); i++) {
        const json_t *value = json_array_get(array, i);
        int found = json_is_string(value) ? index_of(json_string_value(value), words) : -1;
        const char *name = arena_printf(document->op->arena, "%s[%zu]", key, i);
        if (found < 0) document_error(document, name, "one_of", listed(document->op->arena, words));
        else bits |= 1U << found;
    }
    return bits;
}
