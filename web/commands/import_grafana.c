/* bongsu import grafana FILE: Grafana OnCall's schedules, shifts and escalation chains as its API lists them, each list
 * under its name, plain or as an answer's {"results": […]}: {"users", "schedules", "on_call_shifts",
 * "escalation_chains", "escalation_policies"}. */
#include "commands/import_plan.h"

#include "base/arena.h"
#include "base/json.h"
#include "base/str.h"
#include "text/when.h"

enum { EVERY_DAY = 0x7f, HOUR_S = 3600, DAY_S = 86400, WEEK_S = 604800 };

static const json_t *listed(const json_t *file, const char *name) {
    const json_t *list = json_object_get(file, name);
    return json_is_object(list) ? foreign_list(list, "results") : foreign_list(file, name);
}

static const json_t *by_id(const json_t *list, const char *id) {
    size_t index;
    json_t *each;
    json_array_foreach(list, index, each) {
        if (str_eq(foreign_text(each, "id"), id)) return each;
    }
    return NULL;
}

static const char *person_of(struct import_plan *plan, const json_t *file, const char *id) {
    const json_t *user = by_id(listed(file, "users"), id);
    const char *name = foreign_text(user, "username");
    return plan_person(plan, foreign_text(user, "email"), *name == '\0' ? id : name);
}

static unsigned days_of(const json_t *shift) {
    static const char *const DAYS[] = { "MO", "TU", "WE", "TH", "FR", "SA", "SU" };
    unsigned mask = 0;
    size_t index;
    json_t *each;
    json_array_foreach(foreign_list(shift, "by_day"), index, each) {
        for (unsigned day = 0; day < 7; day++) {
            if (str_eq(json_string_value(each), DAYS[day])) mask |= 1u << day;
        }
    }
    return mask == 0 ? EVERY_DAY : mask;
}

static int64_t turn_seconds(const json_t *shift) {
    const char *frequency = foreign_text(shift, "frequency");
    int64_t unit = str_eq(frequency, "weekly") ? WEEK_S : str_eq(frequency, "daily") ? DAY_S : HOUR_S;
    return str_eq(frequency, "monthly") ? 0 : unit * foreign_number(shift, "interval", 1);
}

/* Their starts are wall times without a zone. */
static bool start_of(const json_t *shift, const struct tz *tz, int64_t *out) {
    struct error err;
    char minute[17];
    str_copy(minute, sizeof minute, foreign_text(shift, "start"));
    return when_parse_local(minute, tz, out, &err);
}

static void add_shift(struct import_plan *plan, const json_t *file, json_t *schedule, const json_t *shift) {
    const char *of = foreign_text(schedule, "name"), *type = foreign_text(shift, "type");
    struct plan_turns turns = { .name = foreign_text(shift, "name"),
                                .seconds = turn_seconds(shift),
                                .priority = foreign_number(shift, "level", 0) + 1 };
    const struct tz *tz;
    struct error err;
    if (!tz_find(foreign_text(schedule, "zone"), &tz, &err)) return;
    if (str_eq(type, "single_event")) {
        plan_hint(plan, "schedule \"%s\": the single shift \"%s\" is left out; add it as an override", of, turns.name);
        return;
    }
    if (!str_eq(type, "rolling_users") || !start_of(shift, tz, &turns.start_ms)) {
        plan_problem(plan, "schedule \"%s\": shift \"%s\" of type %s cannot be taken over", of, turns.name, type);
        return;
    }
    json_t *layer = plan_layer(plan, schedule, &turns), *turn;
    if (layer == NULL) return;
    json_t *people = json_object_get(json_object_get(layer, "rotation"), "participants");
    size_t index, count = json_array_size(foreign_list(shift, "rolling_users"));
    int64_t first = foreign_number(shift, "start_rotation_from_user_index", 0);
    json_array_foreach(foreign_list(shift, "rolling_users"), index, turn) {
        turn = json_array_get(foreign_list(shift, "rolling_users"), (index + (size_t)first) % count);
        if (json_array_size(turn) != 1) {
            plan_problem(plan, "schedule \"%s\", \"%s\": turns of %zu people at once; make a layer for each", of,
                         turns.name, json_array_size(turn));
            continue;
        }
        const char *login = person_of(plan, file, json_string_value(json_array_get(turn, 0)));
        if (login != NULL) json_push(people, json_string(login));
    }
    int64_t duration = foreign_number(shift, "duration", 0);
    struct civil at;
    tz_local(tz, turns.start_ms / 1000, &at);
    bool always = days_of(shift) == EVERY_DAY && (duration >= DAY_S || duration <= 0);
    if (!always) plan_window(layer, days_of(shift), at.hour * 60 + at.minute, duration > DAY_S ? DAY_S : duration);
}

static void add_schedule(struct import_plan *plan, const json_t *file, const json_t *source) {
    const char *name = foreign_text(source, "name");
    if (str_eq(foreign_text(source, "type"), "ical")) {
        plan_problem(plan, "schedule \"%s\" comes from a calendar address and has no shifts to take over", name);
        return;
    }
    json_t *schedule = plan_schedule(plan, foreign_text(source, "id"), name, foreign_text(source, "time_zone")), *id;
    size_t index;
    if (schedule == NULL) return;
    json_array_foreach(foreign_list(source, "shifts"), index, id) {
        const json_t *shift = by_id(listed(file, "on_call_shifts"), json_string_value(id));
        if (shift != NULL) add_shift(plan, file, schedule, shift);
        else plan_problem(plan, "schedule \"%s\": shift %s is not in the file", name, json_string_value(id));
    }
}

static json_t *new_step(json_t *path) {
    json_t *step = json_object();
    json_put(step, "targets", json_array());
    json_put_i64(step, "delay_min", 1); /* until a wait says otherwise */
    json_push(json_object_get(path, "steps"), step);
    return step;
}

static void add_policy(struct import_plan *plan, const json_t *file, const char *chain, json_t *path,
                       const json_t *policy) {
    const char *type = foreign_text(policy, "type");
    json_t *steps = json_object_get(path, "steps"), *id;
    size_t index, count = json_array_size(steps);
    if (str_eq(type, "wait") && count > 0) {
        int64_t minutes = foreign_number(policy, "duration", 60) / 60;
        json_put_i64(json_array_get(steps, count - 1), "delay_min", minutes < 1 ? 1 : minutes);
    } else if (str_eq(type, "notify_persons")) {
        json_t *step = new_step(path);
        json_array_foreach(foreign_list(policy, "persons_to_notify"), index, id) {
            const char *login = person_of(plan, file, json_string_value(id));
            if (login != NULL) plan_target(step, "user", login);
        }
    } else if (str_eq(type, "notify_on_call_from_schedule")) {
        const char *key = json_text(plan->keys, foreign_text(policy, "notify_on_call_from_schedule"));
        if (key != NULL) plan_target(new_step(path), "schedule", key);
        else plan_problem(plan, "chain \"%s\" notifies a schedule that is not in the file", chain);
    } else if (str_eq(type, "repeat_escalation")) {
        json_put_i64(path, "repeat", 1);
    } else if (!str_eq(type, "wait")) {
        plan_hint(plan, "chain \"%s\": the step %s is left out", chain, type);
    }
}

void import_grafana(struct import_plan *plan, const json_t *file) {
    size_t index, at;
    json_t *each, *policy;
    json_array_foreach(listed(file, "schedules"), index, each) add_schedule(plan, file, each);
    json_array_foreach(listed(file, "escalation_chains"), index, each) {
        const char *name = foreign_text(each, "name");
        json_t *path = plan_path(plan, name, 0);
        json_array_foreach(listed(file, "escalation_policies"), at, policy) { /* listed by their position */
            if (!str_eq(foreign_text(policy, "escalation_chain_id"), foreign_text(each, "id"))) continue;
            add_policy(plan, file, name, path, policy);
        }
    }
}
