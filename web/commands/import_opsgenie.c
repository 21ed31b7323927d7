/* bongsu import opsgenie FILE: schedules with their rotations and escalations as Opsgenie's REST API lists them
 * (`GET /v2/schedules?expand=rotation`, `GET /v2/escalations`): {"schedules": […], "escalations": […]}, or one answer
 * with its "data". */
#include "commands/import_plan.h"

#include "base/arena.h"
#include "base/json.h"
#include "base/str.h"
#include "text/when.h"

enum { EVERY_DAY = 0x7f, DAY_MINUTES = 1440 };

static int64_t clock_of(const json_t *restriction, const char *hour, const char *minute) {
    return foreign_number(restriction, hour, 0) * 60 + foreign_number(restriction, minute, 0);
}

static unsigned day_of(const char *name) {
    static const char *const DAYS[] = { "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday" };
    for (unsigned day = 0; day < 7; day++) {
        if (str_eq(name, DAYS[day])) return day;
    }
    return 0;
}

static void add_windows(json_t *layer, const json_t *restriction) {
    size_t index;
    json_t *each;
    const json_t *daily = json_object_get(restriction, "restriction");
    if (daily != NULL) {
        int64_t from = clock_of(daily, "startHour", "startMin"), to = clock_of(daily, "endHour", "endMin");
        plan_window(layer, EVERY_DAY, from, ((to <= from ? DAY_MINUTES : 0) + to - from) * 60);
    }
    json_array_foreach(foreign_list(restriction, "restrictions"), index, each) {
        unsigned start = day_of(foreign_text(each, "startDay")), end = day_of(foreign_text(each, "endDay"));
        int64_t from = clock_of(each, "startHour", "startMin"), to = clock_of(each, "endHour", "endMin");
        int64_t minutes = (int64_t)((end + 7 - start) % 7) * DAY_MINUTES + to - from;
        if (minutes <= 0) minutes += (int64_t)7 * DAY_MINUTES;
        plan_window(layer, 1u << start, from, minutes * 60);
    }
}

static void add_people(struct import_plan *plan, const char *of, const json_t *source, json_t *layer) {
    json_t *people = json_object_get(json_object_get(layer, "rotation"), "participants"), *each;
    size_t index;
    json_array_foreach(foreign_list(source, "participants"), index, each) {
        const char *type = foreign_text(each, "type");
        if (str_eq(type, "none")) {
            json_push(people, json_null());
        } else if (str_eq(type, "user")) {
            const char *login = plan_person(plan, foreign_text(each, "username"), foreign_text(each, "username"));
            if (login != NULL) json_push(people, json_string(login));
        } else {
            plan_problem(plan, "schedule \"%s\": a %s takes turns in \"%s\"; only people can", of, type,
                         foreign_text(source, "name"));
        }
    }
}

static void add_rotation(struct import_plan *plan, json_t *schedule, const json_t *source) {
    struct arena *arena = plan->op->arena;
    const char *of = foreign_text(schedule, "name"), *type = foreign_text(source, "type");
    int64_t unit = str_eq(type, "weekly") ? 604800 : str_eq(type, "daily") ? 86400 : 3600, ends;
    struct plan_turns turns = { .name = foreign_text(source, "name"),
                                .seconds = unit * foreign_number(source, "length", 1),
                                .priority = 1 }; /* rotations at the same time are on call together */
    const struct tz *tz;
    struct error err;
    if (!foreign_instant(source, "startDate", &turns.start_ms)) {
        plan_problem(plan, "schedule \"%s\": rotation \"%s\" has no startDate", of, turns.name);
        return;
    }
    bool limited = foreign_instant(source, "endDate", &ends);
    if (limited && ends <= plan->op->now_ms) {
        plan_hint(plan, "schedule \"%s\": rotation \"%s\" has ended and is left out", of, turns.name);
        return;
    }
    json_t *layer = plan_layer(plan, schedule, &turns);
    if (layer == NULL || !tz_find(foreign_text(schedule, "zone"), &tz, &err)) return;
    if (limited) json_put_text(layer, "active_until", when_input(arena, tz, ends));
    add_people(plan, of, source, layer);
    add_windows(layer, json_object_get(source, "timeRestriction"));
}

static void add_schedule(struct import_plan *plan, const json_t *source) {
    const char *name = foreign_text(source, "name");
    json_t *schedule = plan_schedule(plan, name, name, foreign_text(source, "timezone")), *rotation;
    size_t index;
    if (schedule == NULL) return;
    json_put_text(plan->keys, foreign_text(source, "id"), foreign_text(schedule, "key"));
    json_array_foreach(foreign_list(source, "rotations"), index, rotation) add_rotation(plan, schedule, rotation);
}

static void add_target(struct import_plan *plan, const char *policy, json_t *step, const json_t *recipient) {
    const char *type = foreign_text(recipient, "type"), *name = foreign_text(recipient, "name");
    if (str_eq(type, "schedule")) {
        const char *key = json_text(plan->keys, foreign_text(recipient, "id"));
        if (key == NULL) key = json_text(plan->keys, name);
        if (key != NULL) plan_target(step, "schedule", key);
        else plan_problem(plan, "policy \"%s\": schedule %s is not in the file", policy, name);
    } else if (str_eq(type, "user")) {
        const char *login = plan_person(plan, foreign_text(recipient, "username"), foreign_text(recipient, "username"));
        if (login != NULL) plan_target(step, "user", login);
    } else {
        plan_problem(plan, "policy \"%s\": a %s is notified; say which people or schedule instead", policy, type);
    }
}

/* Their delays count from the beginning, ours from one step to the next. */
static void add_escalation(struct import_plan *plan, const json_t *source) {
    const char *name = foreign_text(source, "name");
    const json_t *repeat = json_object_get(source, "repeat"), *rules = foreign_list(source, "rules");
    json_t *path = plan_path(plan, name, foreign_number(repeat, "count", 0));
    for (size_t i = 0; i < json_array_size(rules); i++) {
        const json_t *rule = json_array_get(rules, i), *next = json_array_get(rules, i + 1);
        int64_t at = foreign_number(json_object_get(rule, "delay"), "timeAmount", 0);
        int64_t after = foreign_number(json_object_get(next, "delay"), "timeAmount", at + 15);
        json_t *step = json_object();
        json_put(step, "targets", json_array());
        json_put_i64(step, "delay_min", after > at ? after - at : 1);
        add_target(plan, name, step, json_object_get(rule, "recipient"));
        json_push(json_object_get(path, "steps"), step);
    }
}

void import_opsgenie(struct import_plan *plan, const json_t *file) {
    static const char *const LISTS[] = { "schedules", "escalations", "data" };
    for (size_t i = 0; i < 3; i++) {
        size_t index;
        json_t *each;
        json_array_foreach(foreign_list(file, LISTS[i]), index, each) {
            if (json_object_get(each, "rotations") != NULL) add_schedule(plan, each);
        }
    }
    for (size_t i = 0; i < 3; i++) { /* escalations name schedules, so they come after them */
        size_t index;
        json_t *each;
        json_array_foreach(foreign_list(file, LISTS[i]), index, each) {
            if (json_object_get(each, "rules") != NULL) add_escalation(plan, each);
        }
    }
}
