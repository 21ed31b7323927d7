/* Plans of imports: see import_plan.h. */
#include "commands/import_plan.h"

#include "base/arena.h"
#include "base/json.h"
#include "base/str.h"
#include "escalation/escalate.h"
#include "oncall/rota.h"
#include "people/user.h"
#include "text/bigram.h"
#include "text/when.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { PAGE = 200, HOUR_S = 3600, DAY_S = 86400, WEEK_S = 7 * 86400, DAY_MINUTES = 1440, KEY_MAX = 40 };

/* --- their JSON --- */

const json_t *foreign_list(const json_t *object, const char *name) {
    static json_t *none = NULL; /* never changed once made; no thread but the command's own */
    if (none == NULL) none = json_array();
    const json_t *list = json_object_get(object, name);
    return json_is_array(list) ? list : none;
}

const char *foreign_text(const json_t *object, const char *name) {
    const char *text = json_text(object, name);
    return text == NULL ? "" : text;
}

int64_t foreign_number(const json_t *object, const char *name, int64_t otherwise) {
    const json_t *value = json_object_get(object, name);
    return json_is_integer(value) ? json_integer_value(value) : otherwise;
}

bool foreign_instant(const json_t *object, const char *name, int64_t *out) {
    struct error err;
    const char *text = json_text(object, name);
    return text != NULL && when_parse(text, out, &err);
}

/* --- problems and people --- */

static void say(json_t *list, struct import_plan *plan, const char *format, va_list args) {
    json_push(list, json_string(arena_vprintf(plan->op->arena, format, args)));
}

void plan_problem(struct import_plan *plan, const char *format, ...) {
    va_list args;
    va_start(args, format);
    say(plan->problems, plan, format, args);
    va_end(args);
}

void plan_hint(struct import_plan *plan, const char *format, ...) {
    va_list args;
    va_start(args, format);
    say(plan->hints, plan, format, args);
    va_end(args);
}

static void know(struct import_plan *plan, const char *text, const char *login) {
    const char *folded = str_blank(text) ? NULL : bigram_fold(plan->op->arena, text);
    if (folded != NULL) json_put_text(plan->accounts, folded, login);
}

bool plan_open(struct op *op, struct import_plan *out, struct error *err) {
    *out = (struct import_plan){ .op = op,
                                 .accounts = json_obj(op->arena),
                                 .schedules = json_arr(op->arena),
                                 .keys = json_obj(op->arena),
                                 .paths = json_obj(op->arena),
                                 .problems = json_arr(op->arena),
                                 .hints = json_arr(op->arena) };
    struct user_list page = { .more = true };
    struct user_query query = { .limit = PAGE };
    while (page.more) {
        if (!user_list(op, &query, &page, err)) return false;
        for (size_t i = 0; i < page.count; i++) {
            const struct user *user = &page.items[i];
            know(out, user->name, user->login);
            know(out, user->email, user->login);
            know(out, user->login, user->login);
            query.after = user->login;
        }
    }
    return true;
}

const char *plan_person(struct import_plan *plan, const char *email, const char *name) {
    const char *const known[] = { email, name };
    for (size_t i = 0; i < 2; i++) {
        const char *folded = str_blank(known[i]) ? NULL : bigram_fold(plan->op->arena, known[i]);
        const char *login = folded == NULL ? NULL : json_text(plan->accounts, folded);
        if (login != NULL) return login;
    }
    plan_problem(plan, "no account for %s%s%s%s", name, *email == '\0' ? "" : " (", email, *email == '\0' ? "" : ")");
    return NULL;
}

/* --- schedules --- */

static const char *key_of(struct import_plan *plan, const char *name) {
    char key[KEY_MAX + 1];
    size_t len = 0;
    for (const char *at = name; *at != '\0' && len < KEY_MAX - 3; at++) {
        char low = *at >= 'A' && *at <= 'Z' ? (char)(*at + 32) : *at;
        bool plain = (low >= 'a' && low <= 'z') || (low >= '0' && low <= '9');
        if (plain) key[len++] = low;
        else if (len > 0 && key[len - 1] != '-') key[len++] = '-';
    }
    while (len > 0 && key[len - 1] == '-') len--;
    key[len] = '\0';
    if (len == 0) return arena_printf(plan->op->arena, "imported-%zu", json_array_size(plan->schedules) + 1);
    return arena_str(plan->op->arena, key);
}

json_t *plan_schedule(struct import_plan *plan, const char *id, const char *name, const char *zone) {
    const struct tz *tz;
    struct error err;
    if (!tz_find(zone, &tz, &err)) {
        plan_problem(plan, "schedule \"%s\": unknown time zone \"%s\"", name, zone);
        return NULL;
    }
    const char *key = key_of(plan, name);
    json_t *schedule = json_object();
    json_put_text(schedule, "key", key);
    json_put_text(schedule, "name", name);
    json_put_text(schedule, "zone", zone);
    json_put(schedule, "layers", json_array());
    json_push(plan->schedules, schedule);
    json_put_text(plan->keys, id, key);
    return schedule;
}

json_t *plan_layer(struct import_plan *plan, json_t *schedule, const struct plan_turns *turns) {
    static const struct {
        const char *unit;
        int64_t seconds;
    } UNITS[] = { { "week", WEEK_S }, { "day", DAY_S }, { "hour", HOUR_S } };
    const struct tz *tz;
    struct error err;
    const char *name = foreign_text(schedule, "name");
    if (!tz_find(foreign_text(schedule, "zone"), &tz, &err)) return NULL; /* said already */
    for (size_t i = 0; i < sizeof UNITS / sizeof *UNITS; i++) {
        if (turns->seconds <= 0 || turns->seconds % UNITS[i].seconds != 0) continue;
        json_t *layer = json_object(), *rotation = json_object();
        json_put_text(rotation, "start", when_input(plan->op->arena, tz, turns->start_ms));
        json_put_text(rotation, "unit", UNITS[i].unit);
        json_put_i64(rotation, "length", turns->seconds / UNITS[i].seconds);
        json_put(rotation, "participants", json_array());
        json_put_text(layer, "name", turns->name);
        json_put_i64(layer, "priority", turns->priority);
        json_put(layer, "rotation", rotation);
        json_put(layer, "restrictions", json_array());
        json_push(json_object_get(schedule, "layers"), layer);
        return layer;
    }
    plan_problem(plan, "schedule \"%s\", \"%s\": turns of %lld seconds are not whole hours", name, turns->name,
                 (long long)turns->seconds);
    return NULL;
}

static void put_window(json_t *layer, unsigned days, int64_t from, int64_t to) {
    static const char *const NAMES[] = { "mon", "tue", "wed", "thu", "fri", "sat", "sun" };
    char text[8];
    json_t *window = json_object(), *list = json_array();
    for (unsigned day = 0; day < 7; day++) {
        if ((days & 1u << day) != 0) json_push(list, json_string(NAMES[day]));
    }
    snprintf(text, sizeof text, "%02d:%02d", (int)(from / 60) % 24, (int)(from % 60));
    json_put(window, "days", list);
    json_put_text(window, "from", text);
    snprintf(text, sizeof text, "%02d:%02d", (int)(to / 60), (int)(to % 60));
    json_put_text(window, "to", text);
    json_push(json_object_get(layer, "restrictions"), window);
}

void plan_window(json_t *layer, unsigned days, int64_t from_minute, int64_t seconds) {
    int64_t left = seconds / 60;
    while (left > 0) {
        int64_t until = from_minute + left < DAY_MINUTES ? from_minute + left : DAY_MINUTES;
        put_window(layer, days, from_minute, until);
        left -= until - from_minute;
        from_minute = 0;
        days = ((days << 1) | (days >> 6)) & 0x7fu; /* goes on on the next day */
    }
}

/* --- paths --- */

json_t *plan_path(struct import_plan *plan, const char *name, int64_t repeat) {
    json_t *path = json_object();
    json_put(path, "steps", json_array());
    json_put_i64(path, "repeat", repeat < 0 ? 0 : repeat > 9 ? 9 : repeat);
    json_put(plan->paths, name, path);
    return path;
}

void plan_target(json_t *step, const char *type, const char *id) {
    json_t *target = json_object();
    json_put_text(target, "type", type);
    json_put_text(target, "id", id);
    json_push(json_object_get(step, "targets"), target);
}

/* --- looking at it, and writing it --- */

static void print_plan(const struct import_plan *plan) {
    size_t index;
    json_t *item;
    const char *name;
    json_array_foreach(plan->schedules, index, item) {
        printf("schedule %s: %s, %s, %zu layer(s)\n", foreign_text(item, "key"), foreign_text(item, "name"),
               foreign_text(item, "zone"), json_array_size(foreign_list(item, "layers")));
    }
    json_object_foreach(plan->paths, name, item) {
        printf("policy %s: %zu step(s)\n", name, json_array_size(foreign_list(item, "steps")));
    }
    json_array_foreach(plan->hints, index, item) printf("note: %s\n", json_string_value(item));
    json_array_foreach(plan->problems, index, item) fprintf(stderr, "problem: %s\n", json_string_value(item));
}

/* Every schedule as it would be stored; what is wrong with one is named. One that is there just so was written by an
 * import that did not get to its end, and is left as it is. */
static bool check_schedules(struct import_plan *plan, struct error *err) {
    struct op *op = plan->op;
    for (size_t index = 0; index < json_array_size(plan->schedules);) {
        struct schedule *schedule;
        enum rota_standing standing;
        const json_t *body = json_array_get(plan->schedules, index++);
        const char *key = arena_str(op->arena, foreign_text(body, "key"));
        if (!rota_compare(op, body, &standing, err)) return false;
        if (standing == ROTA_SAME) {
            plan_hint(plan, "schedule %s is there already, as the file has it", key);
            (void)json_array_remove(plan->schedules, --index);
            continue;
        }
        if (standing == ROTA_OTHER) {
            plan_problem(plan, "schedule %s is there already, and another", key);
            continue;
        }
        op->fields = (struct field_errors){ 0 };
        if (!rota_draft(op, body, &schedule, err) && err->kind != ERR_INVALID) return false;
        for (const struct field_error *at = op->fields.first; at != NULL; at = at->next) {
            plan_problem(plan, "schedule %s: %s: %s", key, at->field, at->code);
        }
        op->fields = (struct field_errors){ 0 };
    }
    return true;
}

/* "P1=Policy name": that policy becomes the path of that severity, the others stay as they are. */
static bool choose_paths(struct import_plan *plan, const char *const *wishes, json_t **body, struct error *err) {
    json_t *loaded;
    *body = NULL;
    if (wishes[0] == NULL) return true;
    if (!escalation_paths_load(plan->op, &loaded, err)) return false;
    json_t *policies = json_deep_copy(json_object_get(loaded, "policies"));
    *body = json_obj(plan->op->arena);
    json_put(*body, "policies", policies);
    json_t *hours = json_object_get(loaded, "business_hours");
    if (hours != NULL) json_put(*body, "business_hours", json_incref(hours));
    for (size_t i = 0; wishes[i] != NULL; i++) {
        const char *equals = strchr(wishes[i], '=');
        json_t *path = equals == NULL ? NULL : json_object_get(plan->paths, equals + 1);
        if (path == NULL) plan_problem(plan, "--path %s: no such policy; write --path P1=NAME", wishes[i]);
        else {
            const char *severity = arena_strn(plan->op->arena, wishes[i], (size_t)(equals - wishes[i]));
            json_put(policies, severity, json_incref(path));
        }
    }
    return true;
}

bool plan_finish(struct import_plan *plan, const char *const *paths, bool dry, struct error *err) {
    json_t *body, *chosen;
    size_t index, problems;
    if (!choose_paths(plan, paths, &chosen, err) || !check_schedules(plan, err)) return false;
    print_plan(plan);
    problems = json_array_size(plan->problems);
    if (problems > 0) return ERROR(err, ERR_INVALID, "import.refused", "%zu problem(s), nothing was written", problems);
    if (dry) return true;
    json_array_foreach(plan->schedules, index, body) {
        struct rota made;
        if (!rota_add(plan->op, body, &made, err)) return false;
    }
    int64_t version;
    return chosen == NULL || escalation_paths_put(plan->op, chosen, &version, err);
}
