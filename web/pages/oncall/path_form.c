/* See path_form.h. A step carries the number it had when the form was made, so that members without a field survive
 * being moved. */
#include "pages/oncall/path_form.h"

#include "pages/member_form.h"
#include "pages/oncall/path_line.h"

#include "base/arena.h"
#include "base/json.h"
#include "base/str.h"
#include "escalation/run.h"

#include <string.h>

static const char *const OUTSIDE[] = { "wait", "skip", NULL };
enum { FRESH_DELAY_MIN = 15 };

/* --- reading --- */

static const char *step_path(struct arena *arena, const struct path_form *form, size_t i) {
    return arena_printf(arena, "%s.steps[%zu]", form->root, i);
}

/* Ticked ones, and one that was picked; each once. */
static json_t *take_targets(const struct request *request, const char *path, const char *member) {
    struct arena *arena = request->op->arena;
    const char *kept = arena_printf(arena, "%s.%s", path, member),
               *added = arena_printf(arena, "%s.add_%s", path, member);
    json_t *list = json_array();
    for (const struct http_pair *pair = request->form; pair->name != NULL; pair++) {
        if (!str_eq(pair->name, kept) && !str_eq(pair->name, added)) continue;
        json_t *target = path_target_of(arena, pair->value);
        bool known = false;
        for (size_t i = 0; i < json_array_size(list); i++) known = known || json_equal(json_array_get(list, i), target);
        if (target != NULL && !known) json_push(list, target);
        else json_decref(target);
    }
    return list;
}

static json_t *base_step(const struct request *request, const struct path_form *form, const char *path) {
    int64_t number;
    const char *text = member_typed(request, path, "base");
    const json_t *steps = json_object_get(form->base, "steps");
    if (text == NULL || !str_to_i64(text, &number) || number < 0) return json_object();
    const json_t *step = json_array_get(steps, (size_t)number);
    return json_is_object(step) ? json_deep_copy(step) : json_object();
}

static void take_window(const struct request *request, json_t *step, const char *path) {
    const char *name = arena_printf(request->op->arena, "%s.window", path);
    const json_t *before = json_object_get(step, "window");
    json_t *window = json_is_object(before) ? json_deep_copy(before) : json_object();
    (void)json_object_del(window, "from");
    (void)json_object_del(window, "to");
    if (!member_take_window(request, window, name)) {
        json_decref(window);
        (void)json_object_del(step, "window");
        return;
    }
    member_take_text(request, window, name, "zone");
    member_take_text(request, window, name, "outside");
    bool own = json_is_array(json_object_get(window, "holidays"));
    bool ticked = member_typed(request, name, "holidays") != NULL;
    if (ticked && !own) json_put_bool(window, "holidays", true);
    else if (!ticked) (void)json_object_del(window, "holidays");
    json_put(step, "window", window);
}

static json_t *read_step(const struct request *request, const struct path_form *form, const char *path) {
    json_t *step = base_step(request, form, path);
    const char *base = member_typed(request, path, "base");
    json_put(step, "targets", take_targets(request, path, "targets"));
    (void)json_object_del(step, "delay_min");
    member_take_number(request, step, path, "delay_min");
    take_window(request, step, path);
    if (base != NULL) json_put_text(step, "base", base); /* taken out again before it is checked or stored */
    return step;
}

static void act(const struct request *request, json_t *steps) {
    const char *what = request_form(request, "do"), *number = what == NULL ? NULL : strchr(what, ':');
    int64_t parsed = -1;
    if (what == NULL) return;
    if (str_eq(what, "add")) {
        json_t *step = json_object();
        json_put(step, "targets", json_array());
        json_put_i64(step, "delay_min", FRESH_DELAY_MIN);
        if (json_array_size(steps) < PATH_STEPS_MAX) json_push(steps, step);
        else json_decref(step);
        return;
    }
    if (number == NULL || !str_to_i64(number + 1, &parsed) || parsed < 0 || parsed >= (int64_t)json_array_size(steps))
        return;
    size_t from = (size_t)parsed, to = from;
    bool removed = strncmp(what, "remove:", 7) == 0;
    if (strncmp(what, "up:", 3) == 0 && from > 0) to = from - 1;
    if (strncmp(what, "down:", 5) == 0 && from + 1 < json_array_size(steps)) to = from + 1;
    json_t *moved = json_incref(json_array_get(steps, from));
    json_array_remove(steps, from);
    if (!removed) json_array_insert(steps, to, moved);
    json_decref(moved);
}

static void take_rest(const struct request *request, const struct path_form *form, json_t *path) {
    const char *hours = member_typed(request, form->root, "hours");
    json_put(path, "fallback", take_targets(request, form->root, "fallback"));
    (void)json_object_del(path, "repeat");
    (void)json_object_del(path, "ack_timeout_min");
    member_take_number(request, path, form->root, "repeat");
    member_take_number(request, path, form->root, "ack_timeout_min");
    if (str_eq(hours, "organisation")) json_put_bool(path, "hours", true);
    else if (!str_eq(hours, "own")) (void)json_object_del(path, "hours");
}

json_t *path_form_read(const struct request *request, const struct path_form *form) {
    struct arena *arena = request->op->arena;
    json_t *holder = json_obj(arena), *steps = json_array();
    json_t *path = form->base == NULL ? json_object() : json_deep_copy(form->base);
    json_put(holder, "path", path);
    json_put(path, "steps", steps);
    for (size_t i = 0; i < PATH_STEPS_MAX; i++) {
        const char *name = step_path(arena, form, i);
        if (request_form(request, arena_printf(arena, "%s.delay_min", name)) == NULL) break;
        json_push(steps, read_step(request, form, name));
    }
    act(request, steps);
    take_rest(request, form, path);
    return path;
}

json_t *path_form_fresh(const struct screen *screen) {
    json_t *path = json_obj(screen->op->arena), *steps = json_array(), *step = json_object();
    json_put(step, "targets", json_array());
    json_put_i64(step, "delay_min", FRESH_DELAY_MIN);
    json_push(steps, step);
    json_put(path, "steps", steps);
    return path;
}

/* --- showing --- */

static json_t *targets_view(const struct screen *screen, const json_t *targets, const char *name,
                            const json_t *choices) {
    json_t *rows = json_array();
    for (size_t i = 0; i < json_array_size(targets); i++) {
        json_t *row = json_object();
        const char *value = path_target_value(screen, json_array_get(targets, i));
        const char *found = path_target_label(choices, value), *id = json_text(json_array_get(targets, i), "id");
        json_put_text(row, "name", name);
        json_put_text(row, "value", value);
        json_put_text(row, "label", found != NULL ? found : id == NULL ? value : id);
        json_put_bool(row, "unknown", found == NULL && strncmp(value, "channel:", 8) != 0);
        json_push(rows, row);
    }
    return rows;
}

/* The list of targets called `member`, and the name of the field that adds one. */
static void put_targets(const struct screen *screen, json_t *view, const char *path, const char *member,
                        const json_t *targets, const json_t *choices) {
    const char *name = path_of(screen, "%s.%s", path, member);
    json_t *field = json_object();
    json_put(field, "list", targets_view(screen, targets, name, choices));
    json_put_text(field, "name", path_of(screen, "%s.add_%s", path, member));
    json_put_text(field, "error", member_wrong(screen, name));
    json_put(view, member, field);
}

static json_t *window_view(const struct screen *screen, const json_t *window, const char *path) {
    json_t *view = member_window(screen, window, path);
    const char *zone = json_text(window, "zone"), *outside = json_text(window, "outside");
    const json_t *holidays = json_object_get(window, "holidays");
    member_field(screen, view, path, "zone", zone == NULL ? screen->organisation.zone : zone);
    member_words(screen, member_field(screen, view, path, "outside", outside == NULL ? "wait" : outside), "outside",
                 OUTSIDE);
    json_t *flag = member_field(screen, view, path, "holidays", NULL);
    json_put_bool(flag, "checked", json_is_true(holidays) || json_array_size(holidays) > 0);
    json_put_bool(view, "used", window != NULL);
    return view;
}

static void put_buttons(const struct screen *screen, json_t *view, size_t i, size_t count) {
    json_put_text(view, "remove", path_of(screen, "remove:%zu", i));
    json_put_text(view, "up", i == 0 ? NULL : path_of(screen, "up:%zu", i));
    json_put_text(view, "down", i + 1 == count ? NULL : path_of(screen, "down:%zu", i));
}

static json_t *step_view(const struct screen *screen, const json_t *step, const char *path, const json_t *choices) {
    json_t *view = json_object();
    member_field(screen, view, path, "base", json_text(step, "base"));
    member_field(screen, view, path, "delay_min", member_number(screen, step, "delay_min"));
    put_targets(screen, view, path, "targets", json_object_get(step, "targets"), choices);
    json_put(view, "window", window_view(screen, json_object_get(step, "window"), path_of(screen, "%s.window", path)));
    return view;
}

static void put_hours(const struct screen *screen, json_t *view, const struct path_form *form, const json_t *path) {
    static const char *const WITHOUT[] = { "always", "organisation", NULL };
    static const char *const WITH_OWN[] = { "always", "organisation", "own", NULL };
    const json_t *hours = json_object_get(path, "hours"), *before = json_object_get(form->base, "hours");
    bool own = hours != NULL && !json_is_boolean(hours);
    const char *chosen = own ? "own" : json_is_true(hours) ? "organisation" : "always";
    json_t *field = member_field(screen, view, form->root, "hours", chosen);
    member_words(screen, field, "hours", before != NULL && !json_is_boolean(before) ? WITH_OWN : WITHOUT);
}

json_t *path_form_view(const struct screen *screen, const struct path_form *form, const json_t *path,
                       const json_t *choices) {
    json_t *view = json_obj(screen->op->arena), *rows = json_array();
    const json_t *steps = json_object_get(path, "steps");
    size_t count = json_array_size(steps);
    for (size_t i = 0; i < count; i++) {
        const char *name = step_path(screen->op->arena, form, i);
        json_t *row = step_view(screen, json_array_get(steps, i), name, choices);
        json_put_text(row, "title", say_count(screen, "oncall_page.step", (int64_t)i + 1));
        put_buttons(screen, row, i, count);
        json_push(rows, row);
    }
    json_put(view, "steps", rows);
    json_put_bool(view, "may_add", count < PATH_STEPS_MAX);
    put_targets(screen, view, form->root, "fallback", json_object_get(path, "fallback"), choices);
    const char *repeat = member_number(screen, path, "repeat");
    member_field(screen, view, form->root, "repeat", repeat == NULL ? "0" : repeat);
    member_field(screen, view, form->root, "ack_timeout_min", member_number(screen, path, "ack_timeout_min"));
    put_hours(screen, view, form, path);
    size_t notices = json_array_size(json_object_get(path, "notices"));
    json_put_text(view, "kept", notices == 0 ? NULL : say_count(screen, "oncall_page.kept_notices", (int64_t)notices));
    return view;
}
