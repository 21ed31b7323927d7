/* Form ⇄ body: see schedule_form.h. */
#include "pages/schedule_form.h"

#include "base/arena.h"
#include "base/id.h"
#include "base/json.h"
#include "base/str.h"
#include "oncall/spec.h"
#include "people/user.h"
#include "text/i18n.h"

#include <string.h>

static const char *const DAYS[] = { "mon", "tue", "wed", "thu", "fri", "sat", "sun" };
static const char *const UNITS[] = { "hour", "day", "week", "month", NULL };
static const char *const ADVANCES[] = { "calendar", "active_days", NULL };
static const char *const ROLES[] = { "primary", "secondary", NULL };
static const char *const MODES[] = { "none", "next", "own", NULL };

/* --- reading --- */

static const char *typed(const struct request *request, const char *path, const char *member) {
    const char *text = request_form(request, arena_printf(request->op->arena, "%s.%s", path, member));
    return str_blank(text) ? NULL : text;
}

static void take_text(const struct request *request, json_t *object, const char *path, const char *member) {
    const char *text = typed(request, path, member);
    if (text != NULL) json_put_text(object, member, text);
}

static void take_number(const struct request *request, json_t *object, const char *path, const char *member) {
    const char *text = typed(request, path, member);
    int64_t number;
    if (text == NULL) return;
    if (str_to_i64(text, &number)) json_put_i64(object, member, number);
    else json_put_text(object, member, text);
}

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
        const char *path = arena_printf(request->op->arena, "%s.restrictions[%d]", layer_path, i);
        json_t *window = json_object(), *days = json_array();
        for (size_t day = 0; day < 7; day++) {
            if (typed(request, path, DAYS[day]) != NULL) json_push(days, json_string(DAYS[day]));
        }
        take_text(request, window, path, "from");
        take_text(request, window, path, "to");
        bool blank = json_array_size(days) == 0 && json_object_size(window) == 0;
        json_put(window, "days", days);
        if (blank) json_decref(window);
        else json_push(windows, window);
    }
    if (json_array_size(windows) > 0) json_put(layer, "restrictions", windows);
    else json_decref(windows);
}

static json_t *read_layer(const struct request *request, const char *path) {
    static const char *const texts[] = { "id", "name", "role", "active_from", "active_until" };
    json_t *layer = json_object(), *rotation = json_object();
    const char *turns = arena_printf(request->op->arena, "%s.rotation", path);
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) take_text(request, layer, path, texts[i]);
    take_number(request, layer, path, "priority");
    take_text(request, rotation, turns, "start");
    take_text(request, rotation, turns, "unit");
    take_text(request, rotation, turns, "advance");
    take_number(request, rotation, turns, "length");
    json_put(rotation, "participants", people_of(request->op->arena, typed(request, turns, "participants")));
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
        bool wanted = typed(request, path, "rotation.participants") != NULL || typed(request, path, "name") != NULL;
        if (wanted && typed(request, path, "remove") == NULL) json_push(layers, read_layer(request, path));
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

/* What was wrong with a field or with a part of it ("…participants[2]"). */
static const char *wrong(const struct screen *screen, const char *path) {
    size_t len = strlen(path);
    for (const struct field_error *at = screen_faults(screen)->first; at != NULL; at = at->next) {
        if (strncmp(at->field, path, len) != 0 || (at->field[len] != '\0' && at->field[len] != '[')) continue;
        const char *key = path_of(screen, "field_error.%s", at->code);
        return i18n_format(screen->op->lang, screen->op->arena, key,
                           I18N_ARGS({ "arg", at->arg == NULL ? "" : at->arg }));
    }
    return NULL;
}

static json_t *put_field(const struct screen *screen, json_t *object, const char *path, const char *member,
                         const char *value) {
    json_t *field = json_object();
    const char *name = *path == '\0' ? member : path_of(screen, "%s.%s", path, member);
    const char *error = wrong(screen, name);
    json_put_text(field, "name", name);
    json_put_text(field, "value", value == NULL ? "" : value);
    json_put_text(field, "error", error);
    json_put(object, member, field);
    return field;
}

static void put_words(const struct screen *screen, json_t *field, const char *group, const char *const *words) {
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

static const char *number_text(const struct screen *screen, const json_t *object, const char *member) {
    const json_t *value = json_object_get(object, member);
    if (!json_is_integer(value)) return json_string_value(value);
    return path_of(screen, "%lld", (long long)json_integer_value(value));
}

static const char *people_text(const struct screen *screen, const json_t *people) {
    const char *text = "";
    for (size_t i = 0; i < json_array_size(people); i++) {
        const char *one = json_string_value(json_array_get(people, i));
        text = path_of(screen, "%s%s%s", text, i == 0 ? "" : "\n", one == NULL ? "-" : one);
    }
    return text;
}

/* Days may be stored as words or numbers of any accepted kind. */
static unsigned days_of(const struct screen *screen, const json_t *window) {
    struct op reading = { .arena = screen->op->arena };
    struct spec in = spec_top(&reading, window);
    return window == NULL || json_array_size(json_object_get(window, "days")) == 0 ? 0 : spec_days(&in, "days");
}

static json_t *window_view(const struct screen *screen, const json_t *window, const char *path) {
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
    json_put_text(view, "days_error", wrong(screen, path_of(screen, "%s.days", path)));
    put_field(screen, view, path, "from", json_text(window, "from"));
    put_field(screen, view, path, "to", json_text(window, "to"));
    return view;
}

static json_t *layer_view(const struct screen *screen, const json_t *layer, size_t i) {
    const char *path = path_of(screen, "layers[%zu]", i), *turns = path_of(screen, "%s.rotation", path);
    const json_t *rotation = json_object_get(layer, "rotation"), *windows = json_object_get(layer, "restrictions");
    json_t *view = json_object(), *rows = json_array();
    const char *unit = json_text(rotation, "unit"), *role = json_text(layer, "role");
    json_put_text(view, "number", path_of(screen, "%zu", i + 1));
    json_put_text(view, "remove_name", path_of(screen, "%s.remove", path));
    json_put_bool(view, "fresh", layer == NULL);
    put_field(screen, view, path, "id", json_text(layer, "id"));
    put_field(screen, view, path, "name", json_text(layer, "name"));
    put_field(screen, view, path, "priority", number_text(screen, layer, "priority"));
    put_field(screen, view, path, "active_from", json_text(layer, "active_from"));
    put_field(screen, view, path, "active_until", json_text(layer, "active_until"));
    put_words(screen, put_field(screen, view, path, "role", role == NULL ? "primary" : role), "role_word", ROLES);
    put_field(screen, view, turns, "start", json_text(rotation, "start"));
    const char *length = number_text(screen, rotation, "length"), *advance = json_text(rotation, "advance");
    put_field(screen, view, turns, "length", length == NULL ? "1" : length);
    put_words(screen, put_field(screen, view, turns, "unit", unit == NULL ? "week" : unit), "unit", UNITS);
    put_words(screen, put_field(screen, view, turns, "advance", advance == NULL ? "calendar" : advance), "advance",
              ADVANCES);
    put_field(screen, view, turns, "participants", people_text(screen, json_object_get(rotation, "participants")));
    size_t count = json_array_size(windows);
    for (size_t j = 0; j <= count && j < FORM_WINDOWS_MAX; j++)
        json_push(rows,
                  window_view(screen, json_array_get(windows, j), path_of(screen, "%s.restrictions[%zu]", path, j)));
    json_put_bool(view, "restricted", count > 0);
    json_put(view, "windows", rows);
    return view;
}

json_t *schedule_form_view(const struct screen *screen, const json_t *body) {
    json_t *view = json_obj(screen->op->arena), *rows = json_array();
    const json_t *layers = json_object_get(body, "layers");
    const json_t *secondary = json_object_get(body, "secondary");
    const char *mode = json_is_object(secondary) ? json_text(secondary, "mode") : json_string_value(secondary);
    put_field(screen, view, "", "name", json_text(body, "name"));
    put_field(screen, view, "", "key", json_text(body, "key"));
    put_field(screen, view, "", "zone", json_text(body, "zone"));
    put_words(screen, put_field(screen, view, "", "secondary", mode == NULL ? "none" : mode), "mode", MODES);
    size_t count = json_array_size(layers);
    for (size_t i = 0; i < count; i++) json_push(rows, layer_view(screen, json_array_get(layers, i), i));
    if (count < FORM_LAYERS_MAX) json_push(rows, layer_view(screen, NULL, count));
    json_put(view, "layers", rows);
    return view;
}
