/* The render call as JSON: see render_json.h. */
#include "notice/render_json.h"

#include "base/arena.h"
#include "base/json.h"
#include "base/str.h"
#include "text/i18n.h"
#include "text/refusal.h"

static json_t *error_json(struct arena *arena, const struct i18n *lang, const char *field, const char *code,
                          const char *arg) {
    json_t *error = json_object();
    const struct field_error at = { field, code, arg, NULL };
    json_put_text(error, "field", field);
    json_put_text(error, "code", code);
    json_put_text(error, "message", refusal_field_text(lang, arena, &at));
    return error;
}

json_t *notice_fault_json(struct arena *arena, const struct i18n *lang, const char *field,
                          const struct notice_fault *fault) {
    const char *place = arena_printf(arena, "%s (%d:%d)", fault->what, fault->line, fault->column);
    json_t *error = error_json(arena, lang, field, fault->code, place);
    json_put_text(error, "name", fault->what);
    json_put_i64(error, "line", fault->line);
    json_put_i64(error, "column", fault->column);
    json_put_i64(error, "offset", (int64_t)fault->offset);
    json_put_i64(error, "length", (int64_t)fault->length);
    return error;
}

/* NULL and an error in the list if a member is of the wrong type. */
static const json_t *member(struct arena *arena, const json_t *item, const char *name, json_type type, json_t *errors,
                            const struct i18n *lang) {
    const json_t *value = json_object_get(item, name);
    if (value != NULL && json_typeof(value) == type) return value;
    const char *code = value == NULL || json_is_null(value) ? "required"
                       : type == JSON_STRING                ? "not_text"
                                                            : "not_object";
    json_push(errors, error_json(arena, lang, name, code, ""));
    return NULL;
}

bool notice_render_item(struct arena *arena, const json_t *item, const struct i18n *lang, json_t *answer) {
    json_t *errors = json_array();
    const json_t *text = member(arena, item, "text", JSON_STRING, errors, lang);
    const json_t *vars = json_object_get(item, "vars");
    if (vars == NULL || json_is_null(vars)) vars = json_obj(arena);
    else vars = member(arena, item, "vars", JSON_OBJECT, errors, lang);
    const json_t *wanted = json_object_get(item, "lang");
    const char *code = json_string_value(wanted);
    if (wanted != NULL && !json_is_null(wanted) && !str_eq(code, "ko") && !str_eq(code, "en"))
        json_push(errors, error_json(arena, lang, "lang", "one_of", "ko, en"));
    if (json_array_size(errors) == 0) {
        struct notice_faults faults;
        char *out;
        const struct i18n *language = code == NULL ? lang : i18n_get(code);
        if (notice_render(arena, json_string_value(text), vars, language, &out, &faults)) {
            json_put_text(answer, "text", out);
            json_decref(errors);
            return true;
        }
        for (size_t i = 0; i < faults.count; i++) {
            const struct notice_fault *fault = &faults.list[i];
            bool about_value = str_eq(fault->code, "not_text");
            const char *field = about_value ? arena_printf(arena, "vars.%s", fault->what) : "text";
            json_push(errors, notice_fault_json(arena, lang, field, fault));
        }
    }
    json_put(answer, "errors", errors);
    return false;
}
