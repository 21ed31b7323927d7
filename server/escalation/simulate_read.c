/* Reading a simulation's description; see simulate.h for its shape. */
#include "escalation/simulate_internal.h"

#include "base/arena.h"

#include <stdlib.h>
#include <string.h>

enum { MAPS_MAX = 500, EVENTS_MAX = 10000, OUTAGES_MAX = 1000, MEMBERS_MAX = 500, MINUTES_MAX = 525600 };

const struct path *simulation_path(const struct simulation *simulation, const char *severity) {
    for (size_t i = 0; i < simulation->path_count; i++) {
        if (strcmp(simulation->paths[i]->severity, severity) == 0) return simulation->paths[i];
    }
    return NULL;
}

const struct schedule *simulation_schedule(const struct simulation *simulation, const char *id) {
    for (size_t i = 0; i < simulation->schedule_count; i++) {
        if (strcmp(simulation->schedules[i].id, id) == 0) return simulation->schedules[i].schedule;
    }
    return NULL;
}

const struct team *simulation_team(const struct simulation *simulation, const char *id) {
    for (size_t i = 0; i < simulation->team_count; i++) {
        if (strcmp(simulation->teams[i].id, id) == 0) return &simulation->teams[i];
    }
    return NULL;
}

/* --- maps by id; a list of {id, …} does as well --- */

struct entry {
    const char *id;
    struct input in; /* of any type */
};

static struct entry *read_map(const struct input *in, const char *key, size_t *count) {
    json_t *member = json_object_get(in->value, key);
    bool is_list = json_is_array(member);
    struct input map = is_list ? input_list(in, key, true) : input_object(in, key, false);
    *count = is_list ? json_array_size(member) : json_object_size(member);
    if (*count > MAPS_MAX) {
        input_fault(in, key, "too_many", "500");
        *count = 0;
    }
    struct entry *entries = ARENA_ARRAY(in->op->arena, *count, struct entry);
    void *at = is_list ? NULL : json_object_iter(member);
    for (size_t i = 0; i < *count; i++) {
        if (is_list) {
            entries[i].in = input_at(&map, i);
            const char *id = json_is_object(entries[i].in.value) ? input_id(&entries[i].in, "id", true) : NULL;
            entries[i].id = id == NULL ? "" : id;
            continue;
        }
        entries[i].id = json_object_iter_key(at);
        entries[i].in = (struct input){ in->op, json_object_iter_value(at),
                                        arena_printf(in->op->arena, "%s.%s", map.path, entries[i].id) };
        at = json_object_iter_next(member, at);
    }
    return entries;
}

static bool is_object(const struct input *in) {
    if (json_is_object(in->value)) return true;
    input_fault(in, NULL, "malformed", NULL);
    return false;
}

/* --- the parts --- */

static void read_schedules(const struct input *top, struct simulation *out) {
    struct entry *entries = read_map(top, "schedules", &out->schedule_count);
    out->schedules = ARENA_ARRAY(out->op->arena, out->schedule_count, struct named_schedule);
    for (size_t i = 0; i < out->schedule_count; i++) {
        struct input *around = &entries[i].in;
        struct input described = input_has(around, "schedule") ? input_object(around, "schedule", true) : *around;
        out->schedules[i].id = entries[i].id;
        if (!is_object(around)) continue;
        struct schedule_source source = { &described, around, &out->people, out->deletions, out->deletion_count };
        out->schedules[i].schedule = schedule_read(&source);
    }
}

static void read_teams(const struct input *top, struct simulation *out) {
    struct entry *entries = read_map(top, "teams", &out->team_count);
    out->teams = ARENA_ARRAY(out->op->arena, out->team_count, struct team);
    for (size_t i = 0; i < out->team_count; i++) {
        struct input *in = &entries[i].in;
        struct input list = json_is_object(in->value) ? input_list(in, "members", true) : *in;
        if (list.value != NULL && !json_is_array(list.value)) input_fault(in, NULL, "malformed", NULL);
        size_t count = input_count(&list, MEMBERS_MAX);
        int32_t *members = ARENA_ARRAY(out->op->arena, count, int32_t);
        for (size_t j = 0; j < count; j++) {
            const char *id = json_string_value(json_array_get(list.value, j));
            if (id == NULL) input_fault(&list, NULL, "not_text", NULL);
            members[j] = people_index_add(&out->people, id == NULL ? "" : id);
        }
        out->teams[i] = (struct team){ entries[i].id, members, count };
    }
}

static void read_paths(const struct input *top, struct simulation *out) {
    struct input hours = input_object(top, "business_hours", false);
    struct entry *entries = read_map(top, "policies", &out->path_count);
    out->severities = json_object_get(top->value, "policies");
    if (out->severities == NULL) input_fault(top, "policies", "required", NULL);
    out->paths = ARENA_ARRAY(out->op->arena, out->path_count, const struct path *);
    for (size_t i = 0; i < out->path_count; i++) {
        if (!is_object(&entries[i].in)) entries[i].in.value = NULL;
        const char *severity = json_text(entries[i].in.value, "severity");
        out->paths[i] = path_read(&entries[i].in, severity == NULL ? entries[i].id : severity, &hours);
    }
}

static void read_monitors(const struct input *top, struct simulation *out) {
    struct entry *entries = read_map(top, "monitors", &out->monitor_count);
    out->monitors = ARENA_ARRAY(out->op->arena, out->monitor_count, struct monitor);
    for (size_t i = 0; i < out->monitor_count; i++) {
        struct monitor *monitor = &out->monitors[i];
        struct input *in = &entries[i].in;
        monitor->id = entries[i].id;
        monitor->last = ESCALATION_NEVER;
        if (json_is_integer(in->value)) { /* the interval alone */
            monitor->interval = json_integer_value(in->value) * 60;
            if (monitor->interval < 300) input_fault(in, NULL, "out_of_range", "5–525600");
            continue;
        }
        if (!is_object(in)) continue;
        monitor->interval = input_i64(in, "interval_min", 5, MINUTES_MAX, 0) * 60;
        monitor->muted = json_is_true(input_member(in, "muted"));
        if (input_has(in, "last_beat")) (void)input_instant(in, "last_beat", &monitor->last);
    }
}

static int by_start(const void *a, const void *b) {
    const struct gap *x = a, *y = b;
    return x->start < y->start ? -1 : x->start > y->start;
}

static void read_outages(const struct input *top, struct simulation *out) {
    struct input list = input_list(top, "outages", false);
    size_t count = input_count(&list, OUTAGES_MAX);
    out->outages = ARENA_ARRAY(out->op->arena, count, struct gap);
    for (size_t i = 0; i < count; i++) {
        struct input item = input_at(&list, i);
        if (!is_object(&item)) continue;
        struct gap *outage = &out->outages[i];
        bool has_from = input_instant(&item, input_has(&item, "start") ? "start" : "from", &outage->start);
        const char *end = input_has(&item, "end") ? "end" : "until";
        if (input_instant(&item, end, &outage->end) && has_from && outage->end <= outage->start)
            input_fault(&item, end, "too_early", NULL);
    }
    if (count > 1) qsort(out->outages, count, sizeof *out->outages, by_start);
    for (size_t i = 0; i < count; i++) {
        struct gap *last = out->outage_count == 0 ? NULL : &out->outages[out->outage_count - 1];
        if (last == NULL || out->outages[i].start > last->end) out->outages[out->outage_count++] = out->outages[i];
        else if (out->outages[i].end > last->end) last->end = out->outages[i].end;
    }
}

/* --- events --- */

static size_t find_monitor(const struct input *in, const struct simulation *simulation) {
    const char *id = input_id(in, "monitor", true);
    for (size_t i = 0; id != NULL && i < simulation->monitor_count; i++) {
        if (strcmp(simulation->monitors[i].id, id) == 0) return i;
    }
    if (id != NULL) input_fault(in, "monitor", "unknown", NULL);
    return 0;
}

static void read_event(const struct input *in, struct simulation *simulation, struct event *out) {
    static const char *const types[] = { "trigger",         "ack",         "unack",      "resolve", "reopen",
                                         "severity",        "escalate",    "root_cause", "silence", "maintenance_start",
                                         "maintenance_end", "delete_user", "beat",       NULL };
    if (!is_object(in)) return;
    (void)input_instant(in, "t", &out->at);
    out->type = (enum event_type)input_word(in, "type", types, -1);
    if (out->type == EVENT_SEVERITY) out->severity = input_id(in, "to", true);
    if (out->type == EVENT_SILENCE) out->seconds = input_i64(in, "minutes", 0, MINUTES_MAX, -1) * 60;
    if (out->type == EVENT_BEAT) out->monitor = find_monitor(in, simulation);
    if (out->type != EVENT_DELETE_USER) return;
    const char *user = input_id(in, "user", true);
    out->user = people_index_add(&simulation->people, user == NULL ? "" : user);
    simulation->deletions[simulation->deletion_count++] = (struct deletion){ out->at, out->user };
}

static int by_time(const void *a, const void *b) {
    const struct event *x = a, *y = b;
    if (x->at != y->at) return x->at < y->at ? -1 : 1;
    return x->order < y->order ? -1 : 1;
}

static void read_events(const struct input *top, struct simulation *out) {
    struct input list = input_list(top, "events", true);
    out->event_count = input_count(&list, EVENTS_MAX);
    out->events = ARENA_ARRAY(out->op->arena, out->event_count, struct event);
    out->deletions = ARENA_ARRAY(out->op->arena, out->event_count, struct deletion);
    for (size_t i = 0; i < out->event_count; i++) {
        struct input item = input_at(&list, i);
        out->events[i].order = i;
        read_event(&item, out, &out->events[i]);
    }
    if (out->deletion_count > SCHEDULE_CHANGES_MAX) input_fault(&list, NULL, "too_many", NULL);
    if (out->event_count > 1) qsort(out->events, out->event_count, sizeof *out->events, by_time);
}

/* Targets must name what is described. */
static void check_targets(const struct simulation *simulation, const struct input *in, const struct targets *targets) {
    for (size_t i = 0; i < targets->count; i++) {
        const struct target *target = &targets->list[i];
        bool known = (target->kind != TARGET_SCHEDULE || simulation_schedule(simulation, target->id) != NULL) &&
                     (target->kind != TARGET_TEAM || simulation_team(simulation, target->id) != NULL);
        if (!known) input_fault(in, target->kind == TARGET_TEAM ? "teams" : "schedules", "unknown", target->id);
    }
}

void simulation_read(struct op *op, const json_t *input, struct simulation *out) {
    *out = (struct simulation){ .op = op };
    struct input top = input_top(op, input);
    people_index_init(&out->people, op->arena);
    out->severity = input_id(&top, "severity", true);
    read_monitors(&top, out);
    read_events(&top, out);
    if (op->fields.count == 0) read_schedules(&top, out);
    read_teams(&top, out);
    read_paths(&top, out);
    read_outages(&top, out);
    (void)input_instant(&top, "until", &out->until);
    if (op->fields.count > 0) return;
    for (size_t i = 0; i < out->path_count; i++) {
        for (size_t j = 0; j < out->paths[i]->step_count; j++)
            check_targets(out, &top, &out->paths[i]->steps[j].targets);
        check_targets(out, &top, &out->paths[i]->fallback);
    }
    for (size_t i = 0; i < out->event_count; i++) {
        if (out->events[i].severity != NULL) out->events[i].path = simulation_path(out, out->events[i].severity);
    }
}
