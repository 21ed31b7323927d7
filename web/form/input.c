/* Input: see input.h. */
#include "form/input.h"

#include "base/arena.h"
#include "base/field.h"
#include "base/str.h"
#include "text/when.h"

#include <stdint.h>

enum { LINE_MAX_CHARACTERS = 200, AREA_MAX_CHARACTERS = 4000, LIST_MAX = 200 };

static const char *json_as_text(struct request *request, const char *name, const json_t *value) {
    struct arena *arena = request->op->arena;
    if (json_is_string(value)) return json_string_value(value);
    if (json_is_null(value)) return "";
    if (json_is_boolean(value)) return json_is_true(value) ? "true" : "false";
    if (json_is_integer(value)) return arena_printf(arena, "%lld", (long long)json_integer_value(value));
    op_field_error(request->op, name, "not_text", NULL);
    return "";
}

const char *input_text(struct request *request, const char *name) {
    if (request->json == NULL) return request_form(request, name);
    const json_t *value = json_object_get(request->json, name);
    return value == NULL ? NULL : json_as_text(request, name, value);
}

const json_t *input_json(struct request *request, const char *name) {
    const json_t *value = request->json == NULL ? NULL : json_object_get(request->json, name);
    return json_is_object(value) || json_is_array(value) ? value : NULL;
}

static const char *const *list_of_json(struct request *request, const char *name, const json_t *array) {
    size_t count = json_array_size(array);
    if (count > LIST_MAX) {
        op_field_error(request->op, name, "too_many", "200");
        count = 0;
    }
    const char **list = ARENA_ARRAY(request->op->arena, count + 1, const char *);
    for (size_t i = 0; i < count; i++) list[i] = json_as_text(request, name, json_array_get(array, i));
    return list;
}

static const char *const *list_of_form(struct request *request, const char *name) {
    const char **list = ARENA_ARRAY(request->op->arena, LIST_MAX + 1, const char *);
    size_t count = 0;
    for (const struct http_pair *pair = request->form; pair != NULL && pair->name != NULL; pair++) {
        if (!str_eq(pair->name, name)) continue;
        char **pieces;
        size_t found = str_split(request->op->arena, pair->value, ",", &pieces);
        for (size_t i = 0; i < found && count < LIST_MAX; i++) list[count++] = str_clean(request->op->arena, pieces[i]);
    }
    return list;
}

const char *const *input_list(struct request *request, const char *name) {
    const json_t *value = request->json == NULL ? NULL : json_object_get(request->json, name);
    if (json_is_array(value)) return list_of_json(request, name, value);
    const char *text = input_text(request, name);
    if (text == NULL) return NULL;
    if (request->json == NULL) return list_of_form(request, name);
    char **pieces;
    size_t count = str_split(request->op->arena, text, ",", &pieces);
    const char **list = ARENA_ARRAY(request->op->arena, count + 1, const char *);
    for (size_t i = 0; i < count; i++) list[i] = str_clean(request->op->arena, pieces[i]);
    return list;
}

bool input_instant(struct request *request, const char *name, const struct tz *tz, int64_t *ms) {
    struct error err;
    const char *text = input_text(request, name);
    if (text == NULL || str_blank(text)) return false;
    if (when_parse(text, ms, &err) || when_parse_local(text, tz, ms, &err)) return true;
    op_field_error(request->op, name, "malformed", NULL);
    return false;
}

bool input_i64(struct request *request, const char *name, int64_t min, int64_t max, int64_t *out) {
    const char *text = input_text(request, name);
    if (text == NULL || str_blank(text)) return false;
    int before = request->op->fields.count;
    int64_t value = field_i64(request->op, name, text, min, max, *out);
    if (request->op->fields.count != before) return false;
    *out = value;
    return true;
}

bool input_flag(struct request *request, const char *name, bool fallback) {
    return field_flag(request->op, name, input_text(request, name), fallback);
}

static void read_one(struct request *request, const struct tz *tz, const struct input_field *field,
                     struct input_value *value) {
    struct op *op = request->op;
    unsigned rules = field->required ? FIELD_REQUIRED : FIELD_OPTIONAL;
    const char *text = input_text(request, field->name);
    value->sent = text != NULL;
    size_t max = (size_t)field->max;
    switch (field->type) {
    case INPUT_LINE:
        value->text = field_text(op, field->name, text, max > 0 ? max : LINE_MAX_CHARACTERS, rules);
        return;
    case INPUT_AREA:
        value->text = field_text(op, field->name, text, max > 0 ? max : AREA_MAX_CHARACTERS, rules | FIELD_MULTILINE);
        return;
    case INPUT_WORD: value->number = field_one_of(op, field->name, text, field->words, rules); break;
    case INPUT_FLAG: value->number = field_flag(op, field->name, text, false); break;
    case INPUT_INSTANT:
    case INPUT_NUMBER:
        if (field->required && (text == NULL || str_blank(text))) op_field_error(op, field->name, "required", NULL);
        if (field->type == INPUT_INSTANT) value->sent = input_instant(request, field->name, tz, &value->number);
        else value->sent = input_i64(request, field->name, 0, max > 0 ? field->max : INT64_MAX, &value->number);
        break;
    }
    value->text = text;
}

bool input_read(struct request *request, const struct tz *tz, const struct input_field *fields, size_t count,
                struct input_value *values, struct error *err) {
    for (size_t i = 0; i < count; i++) {
        values[i] = (struct input_value){ 0 };
        read_one(request, tz, &fields[i], &values[i]);
    }
    return request->op->fields.count == 0 || OP_INVALID(request->op, err);
}
