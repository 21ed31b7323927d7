/* See member_form.h. */
#include "pages/member_form.h"

#include "base/arena.h"
#include "base/json.h"
#include "base/str.h"
#include "oncall/spec.h"
#include "text/i18n.h"
#include "text/refusal.h"

#include <string.h>

static const char *const DAYS[] = { "mon", "tue", "wed", "thu", "fri", "sat", "sun" };

/* --- reading --- */

const char *member_typed(const struct request *request, const char *path, const char *member) {
    const char *text = request_form(request, arena_printf(request->op->arena, "%s.%s", path, member));
    return str_blank(text) ? NULL : text;
}

void member_take_text(const struct request *request, json_t *object, const char *path, const char *member) {
    const char *text = member_typed(request, path, member);
    if (text != NULL) json_put_text(object, member, text);
}

void member_take_number(const struct request *request, json_t *object, const char *path, const char *member) {
    const char *text = member_typed(request, path, member);
    int64_t number;
    if (text == NULL) return;
    if (str_to_i64(text, &number)) json_put_i64(object, member, number);
    else json_put_text(object, member, text);
}

bool member_take_window(const struct request *request, json_t *window, const char *path) {
    json_t *days = json_array();
    for (size_t day = 0; day < 7; day++) {
        if (member_typed(request, path, DAYS[day]) != NULL) json_push(days, json_string(DAYS[day]));
    }
    bool typed = json_array_size(days) > 0 || member_typed(request, path, "from") != NULL ||
                 member_typed(request, path, "to") != NULL;
    member_take_text(request, window, path, "from");
    member_take_text(request, window, path, "to");
    json_put(window, "days", days);
    return typed;
}

/* --- showing --- */

const char *member_wrong(const struct screen *screen, const char *path) {
    size_t len = strlen(path);
    for (const struct field_error *at = screen_faults(screen)->first; at != NULL; at = at->next) {
        if (strncmp(at->field, path, len) != 0 || (at->field[len] != '\0' && at->field[len] != '[')) continue;
        return refusal_field_text(screen->op->lang, screen->op->arena, at);
    }
    return NULL;
}

json_t *member_field(const struct screen *screen, json_t *view, const char *path, const char *member,
                     const char *value) {
    json_t *field = json_object();
    const char *name = *path == '\0' ? member : path_of(screen, "%s.%s", path, member);
    json_put_text(field, "name", name);
    json_put_text(field, "value", value == NULL ? "" : value);
    json_put_text(field, "error", member_wrong(screen, name));
    json_put(view, member, field);
    return field;
}

void member_words(const struct screen *screen, json_t *field, const char *group, const char *const *words) {
    json_t *options = json_array();
    for (size_t i = 0; words[i] != NULL; i++) {
        json_t *option = json_object();
        json_put_text(option, "value", words[i]);
        json_put_text(option, "label", say(screen, path_of(screen, "oncall_page.%s.%s", group, words[i])));
        json_put_bool(option, "chosen", str_eq(json_text(field, "value"), words[i]));
        json_push(options, option);
    }
    json_put(field, "options", options);
}

const char *member_number(const struct screen *screen, const json_t *object, const char *member) {
    const json_t *value = json_object_get(object, member);
    if (!json_is_integer(value)) return json_string_value(value);
    return path_of(screen, "%lld", (long long)json_integer_value(value));
}

/* Days may be stored as words or numbers of any accepted kind. */
static unsigned days_of(const struct screen *screen, const json_t *window) {
    struct op reading = { .arena = screen->op->arena };
    struct spec in = spec_top(&reading, window);
    return window == NULL || json_array_size(json_object_get(window, "days")) == 0 ? 0 : spec_days(&in, "days");
}

json_t *member_window(const struct screen *screen, const json_t *window, const char *path) {
    json_t *view = json_object(), *days = json_array();
    unsigned mask = days_of(screen, window);
    for (size_t i = 0; i < 7; i++) {
        json_t *day = json_object();
        json_put_text(day, "name", path_of(screen, "%s.%s", path, DAYS[i]));
        json_put_text(day, "label", say(screen, path_of(screen, "oncall_page.weekday.%zu", i + 1)));
        json_put_bool(day, "checked", (mask >> i & 1) != 0);
        json_push(days, day);
    }
    json_put(view, "days", days);
    json_put_text(view, "days_error", member_wrong(screen, path_of(screen, "%s.days", path)));
    member_field(screen, view, path, "from", json_text(window, "from"));
    member_field(screen, view, path, "to", json_text(window, "to"));
    return view;
}
