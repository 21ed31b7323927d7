/* Refusals in words: see refusal.h. */
#include "text/refusal.h"

#include "base/arena.h"
#include "base/str.h"
#include "text/i18n.h"

const char *refusal_text(const struct i18n *lang, struct arena *arena, const struct error *err) {
    const char *text = i18n_find(lang, arena_printf(arena, "error.%s", err->code));
    if (text != NULL) return text;
    return i18n_text(lang, arena_printf(arena, "error.kind.%s", error_class(err->kind)->name));
}

const char *refusal_field_text(const struct i18n *lang, struct arena *arena, const struct field_error *at) {
    const char *arg = str_blank(at->arg) ? NULL : at->arg;
    const char *key = arena_printf(arena, "field_error.%s_arg", at->code);
    if (arg == NULL || i18n_find(lang, key) == NULL) key = arena_printf(arena, "field_error.%s", at->code);
    if (i18n_find(lang, key) == NULL) key = "field_error.malformed";
    return i18n_format(lang, arena, key, I18N_ARGS({ "arg", arg == NULL ? "" : arg }));
}
