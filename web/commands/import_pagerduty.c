/* bongsu import pagerduty FILE: schedules and escalation policies as PagerDuty's REST API lists them (`GET /schedules`
 * with their layers, `GET /escalation_policies`, `GET /users`), their answers' members in one object. */
#include "commands/import_plan.h"

#include "base/arena.h"
#include "base/json.h"
#include "base/str.h"
#include "text/when.h"

#include <stdio.h>

enum { EVERY_DAY = 0x7f };

/* A user is embedded with its address, or only referred to. */
static const char *person_of(struct import_plan *plan, const json_t *file, const json_t *user) {
    const char *id = foreign_text(user, "id"), *email = foreign_text(user, "email");
    const char *name = foreign_text(user, "name");
    if (*name == '\0') name = foreign_text(user, "summary");
    size_t index;
    json_t *each;
    json_array_foreach(foreign_list(file, "users"), index, each) {
        if (!str_eq(foreign_text(each, "id"), id)) continue;
        email = foreign_text(each, "email");
        name = foreign_text(each, "name");
    }
    return plan_person(plan, email, *name == '\0' ? id : name);
}

static void add_windows(json_t *layer, const json_t *source) {
    size_t index;
    json_t *restriction;
    json_array_foreach(foreign_list(source, "restrictions"), index, restriction) {
        int hour = 0, minute = 0;
        int64_t seconds = foreign_number(restriction, "duration_seconds", 0);
        int64_t day = foreign_number(restriction, "start_day_of_week", 1);
        if (sscanf(foreign_text(restriction, "start_time_of_day"), "%2d:%2d", &hour, &minute) != 2) continue;
        bool weekly = str_eq(foreign_text(restriction, "type"), "weekly_restriction");
        plan_window(layer, weekly ? 1u << (unsigned)((day + 6) % 7) : EVERY_DAY, hour * 60 + minute, seconds);
    }
}

/* The list begins with the topmost layer, which wins. */
static void add_layer(struct import_plan *plan, const json_t *file, json_t *schedule, const json_t *source,
                      int64_t priority) {
    struct arena *arena = plan->op->arena;
    const char *of = foreign_text(schedule, "name");
    struct plan_turns turns = { .name = foreign_text(source, "name"),
                                .seconds = foreign_number(source, "rotation_turn_length_seconds", 0),
                                .priority = priority };
    int64_t starts = 0, ends = 0;
    const struct tz *tz;
    struct error err;
    if (foreign_instant(source, "end", &ends) && ends <= plan->op->now_ms) {
        plan_hint(plan, "schedule \"%s\": layer \"%s\" has ended and is left out", of, turns.name);
        return;
    }
    if (!foreign_instant(source, "rotation_virtual_start", &turns.start_ms)) {
        plan_problem(plan, "schedule \"%s\": layer \"%s\" has no rotation_virtual_start", of, turns.name);
        return;
    }
    json_t *layer = plan_layer(plan, schedule, &turns), *each;
    if (layer == NULL || !tz_find(foreign_text(schedule, "zone"), &tz, &err)) return;
    if (foreign_instant(source, "start", &starts)) json_put_text(layer, "active_from", when_input(arena, tz, starts));
    if (ends != 0) json_put_text(layer, "active_until", when_input(arena, tz, ends));
    size_t index;
    json_array_foreach(foreign_list(source, "users"), index, each) {
        const json_t *user = json_object_get(each, "user");
        const char *login = person_of(plan, file, user == NULL ? each : user);
        json_t *people = json_object_get(json_object_get(layer, "rotation"), "participants");
        if (login != NULL) json_push(people, json_string(login));
    }
    add_windows(layer, source);
}

static void add_schedule(struct import_plan *plan, const json_t *file, const json_t *source) {
    const char *name = foreign_text(source, "name");
    if (*name == '\0') name = foreign_text(source, "summary");
    const json_t *layers = foreign_list(source, "schedule_layers");
    if (json_array_size(layers) == 0) {
        plan_problem(plan, "schedule \"%s\" has no schedule_layers: ask for each schedule by its id, or include them",
                     name);
        return;
    }
    json_t *schedule = plan_schedule(plan, foreign_text(source, "id"), name, foreign_text(source, "time_zone")), *layer;
    size_t index;
    if (schedule == NULL) return;
    json_array_foreach(layers, index, layer) {
        add_layer(plan, file, schedule, layer, (int64_t)(json_array_size(layers) - index));
    }
}

static void add_policy(struct import_plan *plan, const json_t *file, const json_t *source) {
    const char *name = foreign_text(source, "name");
    json_t *path = plan_path(plan, name, foreign_number(source, "num_loops", 0)), *rule, *target;
    size_t index, at;
    json_array_foreach(foreign_list(source, "escalation_rules"), index, rule) {
        json_t *step = json_object();
        json_put(step, "targets", json_array());
        json_put_i64(step, "delay_min", foreign_number(rule, "escalation_delay_in_minutes", 30));
        json_array_foreach(foreign_list(rule, "targets"), at, target) {
            const char *type = foreign_text(target, "type"), *id = foreign_text(target, "id");
            if (str_starts(type, "schedule")) {
                const char *key = json_text(plan->keys, id);
                if (key != NULL) plan_target(step, "schedule", key);
                else plan_problem(plan, "policy \"%s\": schedule %s is not in the file", name, id);
            } else {
                const char *login = person_of(plan, file, target);
                if (login != NULL) plan_target(step, "user", login);
            }
        }
        json_push(json_object_get(path, "steps"), step);
    }
}

void import_pagerduty(struct import_plan *plan, const json_t *file) {
    size_t index;
    json_t *each;
    json_array_foreach(foreign_list(file, "schedules"), index, each) add_schedule(plan, file, each);
    if (json_object_get(file, "schedule") != NULL) add_schedule(plan, file, json_object_get(file, "schedule"));
    json_array_foreach(foreign_list(file, "escalation_policies"), index, each) add_policy(plan, file, each);
    if (json_object_get(file, "escalation_policy") != NULL) {
        add_policy(plan, file, json_object_get(file, "escalation_policy"));
    }
}
