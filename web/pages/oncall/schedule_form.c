/* Form ⇄ body: see schedule_form.h. */
#include "pages/oncall/schedule_form.h"

#include "pages/member_form.h"

#include "base/arena.h"
#include "base/id.h"
#include "base/json.h"
#include "base/str.h"
#include "oncall/spec.h"
#include "people/user.h"
#include "text/i18n.h"

#include <string.h>

static const char *const UNITS[] = { "hour", "day", "week", "month", NULL };
static const char *const ADVANCES[] = { "calendar", "active_days", NULL };
static const char *const ROLES[] = { "primary", "secondary", NULL };
static const char *const MODES[] = { "none", "next", "own", NULL };

/* --- reading --- */

/* One a line or between commas; "-" is an empty turn. */
static json_t *people_of(struct arena *arena, const char *text) {
    json_t *list = json_array();
    for (const char *at = text == NULL ? "" : text; *at != '\0';) {
        at += strspn(at, ", \t\r\n");
        size_t len = strcspn(at, ",\r\n"), end = len;
        while (end > 0 && (at[end - 1] == ' ' || at[end - 1] == '\t')) end--;
        if (end == 1 && *at == '-') json_push(list, json_null());
        else if (end > 0) json_push(list, json_string(arena_strn(arena, at, end)));
        at += len;
    }
    return list;
}

static void read_windows(const struct request *request, const char *layer_path, json_t *layer) {
    json_t *windows = json_array();
    for (int i = 0; i < FORM_WINDOWS_MAX; i++) {
        json_t *window = json_object();
        if (member_take_window(request, window, arena_printf(request->op->arena, "%s.restrictions[%d]", layer_path, i)))
            json_push(windows, window);
        else json_decref(window);
    }
    if (json_array_size(windows) > 0) json_put(layer, "restrictions", windows);
    else json_decref(windows);
}

static json_t *read_layer(const struct request *request, const char *path) {
    static const char *const texts[] = { "id", "name", "role", "zone", "active_from", "active_until" };
    json_t *layer = json_object(), *rotation = json_object();
    const char *turns = arena_printf(request->op->arena, "%s.rotation", path);
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) member_take_text(request, layer, path, texts[i]);
    member_take_number(request, layer, path, "priority");
    member_take_text(request, rotation, turns, "start");
    member_take_text(request, rotation, turns, "unit");
    member_take_text(request, rotation, turns, "advance");
    member_take_number(request, rotation, turns, "length");
    json_t *people = people_of(request->op->arena, member_typed(request, turns, "participants"));
    const char *picked = member_typed(request, turns, "add"); /* from the list beside it */
    if (picked != NULL) json_push(people, json_string(picked));
    json_put(rotation, "participants", people);
    json_put(layer, "rotation", rotation);
    read_windows(request, path, layer);
    return layer;
}

json_t *schedule_form_read(const struct request *request) {
    static const char *const texts[] = { "key", "name", "zone", "secondary" };
    json_t *body = json_obj(request->op->arena), *layers = json_array();
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        const char *text = request_form(request, texts[i]);
        if (!str_blank(text)) json_put_text(body, texts[i], text);
    }
    for (int i = 0; i < FORM_LAYERS_MAX; i++) {
        const char *path = arena_printf(request->op->arena, "layers[%d]", i);
        bool wanted = member_typed(request, path, "rotation.participants") != NULL ||
                      member_typed(request, path, "rotation.add") != NULL ||
                      member_typed(request, path, "name") != NULL;
        if (wanted && member_typed(request, path, "remove") == NULL) json_push(layers, read_layer(request, path));
    }
    json_put(body, "layers", layers);
    return body;
}

/* --- stored and fresh --- */

struct login_search {
    int64_t id;
    struct user user;
    bool found;
};

static bool find_login(struct tx *tx, void *arg, struct error *err) {
    struct login_search *search = arg;
    return user_find(tx, search->id, &search->user, &search->found, err);
}

static json_t *logins_of(struct op *op, const json_t *ids) {
    json_t *list = json_array();
    for (size_t i = 0; i < json_array_size(ids); i++) {
        const char *text = json_string_value(json_array_get(ids, i));
        struct login_search search = { 0 };
        struct error ignored;
        bool known = text != NULL && id_parse(text, &search.id) && store_read(op, find_login, &search, &ignored);
        json_push(list, text == NULL            ? json_null()
                        : known && search.found ? json_string(search.user.login)
                                                : json_string(text));
    }
    return list;
}

json_t *schedule_form_stored(struct op *op, const struct rota *rota, const struct schedule *schedule) {
    json_t *body = rota_json(op->arena, rota, schedule), *kept = json_array();
    const json_t *layers = json_object_get(body, "layers");
    for (size_t i = 0; i < json_array_size(layers) && i < schedule->layer_count; i++) {
        if (schedule->layers[i].ends <= op->now_ms / 1000) continue;
        json_t *layer = json_deep_copy(json_array_get(layers, i)), *rotation = json_object_get(layer, "rotation");
        json_put(rotation, "participants", logins_of(op, json_object_get(rotation, "participants")));
        json_push(kept, layer);
    }
    json_put(body, "layers", kept);
    return body;
}

bool schedule_form_fits(const json_t *body) {
    const json_t *layers = json_object_get(body, "layers");
    for (size_t i = 0; i < json_array_size(layers); i++) {
        if (json_array_size(json_object_get(json_array_get(layers, i), "restrictions")) > FORM_WINDOWS_MAX)
            return false;
    }
    return json_array_size(layers) <= FORM_LAYERS_MAX;
}

json_t *schedule_form_fresh(const struct screen *screen) {
    struct civil today;
    json_t *body = json_obj(screen->op->arena), *layers = json_array(), *layer = json_object();
    json_t *rotation = json_object(), *people = json_array();
    tz_local(screen->organisation.tz, screen->op->now_ms / 1000, &today);
    int64_t day = civil_days(today.year, today.month, today.day);
    int64_t monday = day - civil_weekday(day);
    json_put_text(body, "zone", tz_name(screen->organisation.tz));
    json_put_text(body, "secondary", "next");
    json_put_text(rotation, "start", wall_text(screen->op->arena, monday * 86400 + 9 * 3600));
    json_put_text(rotation, "unit", "week");
    json_put_i64(rotation, "length", 1);
    json_push(people, json_string(screen->op->actor->login));
    json_put(rotation, "participants", people);
    json_put_text(layer, "name", say(screen, "oncall_page.sample_layer"));
    json_put(layer, "rotation", rotation);
    json_push(layers, layer);
    json_put(body, "layers", layers);
    return body;
}

/* --- view --- */

static const char *people_text(const struct screen *screen, const json_t *people) {
    const char *text = "";
    for (size_t i = 0; i < json_array_size(people); i++) {
        const char *one = json_string_value(json_array_get(people, i));
        text = path_of(screen, "%s%s%s", text, i == 0 ? "" : "\n", one == NULL ? "-" : one);
    }
    return text;
}

/* zone: the schedule's. A layer with another keeps it though the form has no box for it. */
static json_t *layer_view(const struct screen *screen, const json_t *layer, size_t i, const char *zone) {
    const char *path = path_of(screen, "layers[%zu]", i), *turns = path_of(screen, "%s.rotation", path);
    const json_t *rotation = json_object_get(layer, "rotation"), *windows = json_object_get(layer, "restrictions");
    json_t *view = json_object(), *rows = json_array();
    const char *unit = json_text(rotation, "unit"), *role = json_text(layer, "role");
    json_put_text(view, "number", path_of(screen, "%zu", i + 1));
    json_put_text(view, "remove_name", path_of(screen, "%s.remove", path));
    json_put_bool(view, "fresh", layer == NULL);
    member_field(screen, view, path, "id", json_text(layer, "id"));
    bool elsewhere = json_text(layer, "zone") != NULL && !str_eq(json_text(layer, "zone"), zone);
    member_field(screen, view, path, "zone", elsewhere ? json_text(layer, "zone") : NULL);
    json_put_bool(view, "elsewhere", elsewhere);
    member_field(screen, view, path, "name", json_text(layer, "name"));
    member_field(screen, view, path, "priority", member_number(screen, layer, "priority"));
    member_field(screen, view, path, "active_from", json_text(layer, "active_from"));
    member_field(screen, view, path, "active_until", json_text(layer, "active_until"));
    member_words(screen, member_field(screen, view, path, "role", role == NULL ? "primary" : role), "role_word", ROLES);
    member_field(screen, view, turns, "start", json_text(rotation, "start"));
    const char *length = member_number(screen, rotation, "length"), *advance = json_text(rotation, "advance");
    member_field(screen, view, turns, "length", length == NULL ? "1" : length);
    member_words(screen, member_field(screen, view, turns, "unit", unit == NULL ? "week" : unit), "unit", UNITS);
    member_words(screen, member_field(screen, view, turns, "advance", advance == NULL ? "calendar" : advance),
                 "advance", ADVANCES);
    json_put_text(view, "add_name", path_of(screen, "%s.add", turns));
    member_field(screen, view, turns, "participants", people_text(screen, json_object_get(rotation, "participants")));
    size_t count = json_array_size(windows);
    for (size_t j = 0; j <= count && j < FORM_WINDOWS_MAX; j++)
        json_push(rows,
                  member_window(screen, json_array_get(windows, j), path_of(screen, "%s.restrictions[%zu]", path, j)));
    json_put_bool(view, "restricted", count > 0);
    json_put(view, "windows", rows);
    return view;
}

/* Whom one may add with one click: everybody who may respond. */
static json_t *people_offered(const struct screen *screen) {
    struct user_query query = { .limit = USER_PAGE_MAX };
    struct user_list list = { .more = true };
    struct error ignored;
    json_t *people = json_array();
    while (list.more && json_array_size(people) < FORM_PEOPLE_MAX && user_list(screen->op, &query, &list, &ignored)) {
        for (size_t i = 0; i < list.count; i++) {
            json_t *person = json_object();
            json_put_text(person, "login", list.items[i].login);
            json_put_text(person, "label", path_of(screen, "%s (%s)", list.items[i].name, list.items[i].login));
            if (list.items[i].role >= ROLE_RESPONDER) json_push(people, person);
            else json_decref(person);
        }
        if (list.count > 0) query.after = list.items[list.count - 1].login;
    }
    return people;
}

json_t *schedule_form_view(const struct screen *screen, const json_t *body) {
    json_t *view = json_obj(screen->op->arena), *rows = json_array();
    const json_t *layers = json_object_get(body, "layers");
    const json_t *secondary = json_object_get(body, "secondary");
    const char *mode = json_is_object(secondary) ? json_text(secondary, "mode") : json_string_value(secondary);
    member_field(screen, view, "", "name", json_text(body, "name"));
    member_field(screen, view, "", "key", json_text(body, "key"));
    member_field(screen, view, "", "zone", json_text(body, "zone"));
    member_words(screen, member_field(screen, view, "", "secondary", mode == NULL ? "none" : mode), "mode", MODES);
    size_t count = json_array_size(layers);
    for (size_t i = 0; i < count; i++)
        json_push(rows, layer_view(screen, json_array_get(layers, i), i, json_text(body, "zone")));
    if (count < FORM_LAYERS_MAX) json_push(rows, layer_view(screen, NULL, count, NULL));
    json_put(view, "layers", rows);
    json_put(view, "offered", people_offered(screen));
    return view;
}
