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

const struct simulated_team *simulation_team(const struct simulation *simulation, const char *id) {
    for (size_t i = 0; i < simulation->team_count; i++) {
        if (strcmp(simulation->teams[i].id, id) == 0) return &simulation->teams[i];
    }
    return NULL;
}

/* --- maps by id; a list of {id, …} does as well --- */

struct entry {
    const char *id;
    struct spec in; /* of any type */
};

static struct entry *read_map(const struct spec *in, const char *key, size_t *count) {
    json_t *member = json_object_get(in->value, key);
    bool is_list = json_is_array(member);
    struct spec map = is_list ? spec_list(in, key, true) : spec_object(in, key, false);
    *count = is_list ? json_array_size(member) : json_object_size(member);
    if (*count > MAPS_MAX) {
        spec_fault(in, key, "too_many", "500");
        *count = 0;
    }
    struct entry *entries = ARENA_ARRAY(in->op->arena, *count, struct entry);
    void *at = is_list ? NULL : json_object_iter(member);
    for (size_t i = 0; i < *count; i++) {
        if (is_list) {
            entries[i].in = spec_at(&map, i);
            const char *id = json_is_object(entries[i].in.value) ? spec_id(&entries[i].in, "id", true) : NULL;
            entries[i].id = id == NULL ? "" : id;
            continue;
        }
        entries[i].id = json_object_iter_key(at);
        entries[i].in = (struct spec){ in->op, json_object_iter_value(at),
                                       arena_printf(in->op->arena, "%s.%s", map.path, entries[i].id) };
        at = json_object_iter_next(member, at);
    }
    return entries;
}

static bool is_object(const struct spec *in) {
    if (json_is_object(in->value)) return true;
    spec_fault(in, NULL, "malformed", NULL);
    return false;
}

/* --- the parts --- */

static void read_schedules(const struct spec *top, struct simulation *out) {
    struct entry *entries = read_map(top, "schedules", &out->schedule_count);
    out->schedules = ARENA_ARRAY(out->op->arena, out->schedule_count, struct named_schedule);
    for (size_t i = 0; i < out->schedule_count; i++) {
        struct spec *around = &entries[i].in;
        struct spec described = spec_has(around, "schedule") ? spec_object(around, "schedule", true) : *around;
        out->schedules[i].id = entries[i].id;
        if (!is_object(around)) continue;
        struct schedule_source source = { &described, around, &out->people, out->deletions, out->deletion_count };
        out->schedules[i].schedule = schedule_read(&source);
    }
}

static void read_teams(const struct spec *top, struct simulation *out) {
    struct entry *entries = read_map(top, "teams", &out->team_count);
    out->teams = ARENA_ARRAY(out->op->arena, out->team_count, struct simulated_team);
    for (size_t i = 0; i < out->team_count; i++) {
        struct spec *in = &entries[i].in;
        struct spec list = json_is_object(in->value) ? spec_list(in, "members", true) : *in;
        if (list.value != NULL && !json_is_array(list.value)) spec_fault(in, NULL, "malformed", NULL);
        size_t count = spec_count(&list, MEMBERS_MAX);
        int32_t *members = ARENA_ARRAY(out->op->arena, count, int32_t);
        for (size_t j = 0; j < count; j++) {
            const char *id = json_string_value(json_array_get(list.value, j));
            if (id == NULL) spec_fault(&list, NULL, "not_text", NULL);
            members[j] = people_index_add(&out->people, id == NULL ? "" : id);
        }
        out->teams[i] = (struct simulated_team){ entries[i].id, members, count };
    }
}

static void read_paths(const struct spec *top, struct simulation *out) {
    struct spec hours = spec_object(top, "business_hours", false);
    struct entry *entries = read_map(top, "policies", &out->path_count);
    out->severities = json_object_get(top->value, "policies");
    if (out->severities == NULL) spec_fault(top, "policies", "required", NULL);
    out->paths = ARENA_ARRAY(out->op->arena, out->path_count, const struct path *);
    for (size_t i = 0; i < out->path_count; i++) {
        if (!is_object(&entries[i].in)) entries[i].in.value = NULL;
        const char *severity = json_text(entries[i].in.value, "severity");
        out->paths[i] = path_read(&entries[i].in, severity == NULL ? entries[i].id : severity, &hours);
    }
}

static void read_monitors(const struct spec *top, struct simulation *out) {
    struct entry *entries = read_map(top, "monitors", &out->monitor_count);
    out->monitors = ARENA_ARRAY(out->op->arena, out->monitor_count, struct monitor);
    for (size_t i = 0; i < out->monitor_count; i++) {
        struct monitor *monitor = &out->monitors[i];
        struct spec *in = &entries[i].in;
        monitor->id = entries[i].id;
        monitor->last = ESCALATION_NEVER;
        if (json_is_integer(in->value)) { /* the interval alone */
            monitor->interval = json_integer_value(in->value) * 60;
            if (monitor->interval < 300) spec_fault(in, NULL, "out_of_range", "5–525600");
            continue;
        }
        if (!is_object(in)) continue;
        monitor->interval = spec_i64(in, "interval_min", 5, MINUTES_MAX, 0) * 60;
        monitor->muted = json_is_true(spec_member(in, "muted"));
        if (spec_has(in, "last_beat")) (void)spec_instant(in, "last_beat", &monitor->last);
    }
}

static int by_start(const void *a, const void *b) {
    const struct gap *x = a, *y = b;
    return x->start < y->start ? -1 : x->start > y->start;
}

static void read_outages(const struct spec *top, struct simulation *out) {
    struct spec list = spec_list(top, "outages", false);
    size_t count = spec_count(&list, OUTAGES_MAX);
    out->outages = ARENA_ARRAY(out->op->arena, count, struct gap);
    for (size_t i = 0; i < count; i++) {
        struct spec item = spec_at(&list, i);
        if (!is_object(&item)) continue;
        struct gap *outage = &out->outages[i];
        bool has_from = spec_instant(&item, spec_has(&item, "start") ? "start" : "from", &outage->start);
        const char *end = spec_has(&item, "end") ? "end" : "until";
        if (spec_instant(&item, end, &outage->end) && has_from && outage->end <= outage->start)
            spec_fault(&item, end, "too_early", NULL);
    }
    if (count > 1) qsort(out->outages, count, sizeof *out->outages, by_start);
    for (size_t i = 0; i < count; i++) {
        struct gap *last = out->outage_count == 0 ? NULL : &out->outages[out->outage_count - 1];
        if (last == NULL || out->outages[i].start > last->end) out->outages[out->outage_count++] = out->outages[i];
        else if (out->outages[i].end > last->end) last->end = out->outages[i].end;
    }
}

/* --- events --- */

static size_t find_monitor(const struct spec *in, const struct simulation *simulation) {
    const char *id = spec_id(in, "monitor", true);
    for (size_t i = 0; id != NULL && i < simulation->monitor_count; i++) {
        if (strcmp(simulation->monitors[i].id, id) == 0) return i;
    }
    if (id != NULL) spec_fault(in, "monitor", "unknown", NULL);
    return 0;
}

static void read_event(const struct spec *in, struct simulation *simulation, struct event *out) {
    static const char *const types[] = { "trigger",         "ack",         "unack",      "resolve", "reopen",
                                         "severity",        "escalate",    "root_cause", "silence", "maintenance_start",
                                         "maintenance_end", "delete_user", "beat",       NULL };
    if (!is_object(in)) return;
    (void)spec_instant(in, "t", &out->at);
    out->type = (enum event_type)spec_word(in, "type", types, -1);
    if (out->type == EVENT_SEVERITY) out->severity = spec_id(in, "to", true);
    if (out->type == EVENT_SILENCE) out->seconds = spec_i64(in, "minutes", 0, MINUTES_MAX, -1) * 60;
    if (out->type == EVENT_BEAT) out->monitor = find_monitor(in, simulation);
    if (out->type != EVENT_DELETE_USER) return;
    const char *user = spec_id(in, "user", true);
    out->user = people_index_add(&simulation->people, user == NULL ? "" : user);
    simulation->deletions[simulation->deletion_count++] = (struct deletion){ out->at, out->user };
}

static int by_time(const void *a, const void *b) {
    const struct event *x = a, *y = b;
    if (x->at != y->at) return x->at < y->at ? -1 : 1;
    return x->order < y->order ? -1 : 1;
}

static void read_events(const struct spec *top, struct simulation *out) {
    struct spec list = spec_list(top, "events", true);
    out->event_count = spec_count(&list, EVENTS_MAX);
    out->events = ARENA_ARRAY(out->op->arena, out->event_count, struct event);
    out->deletions = ARENA_ARRAY(out->op->arena, out->event_count, struct deletion);
    for (size_t i = 0; i < out->event_count; i++) {
        struct spec item = spec_at(&list, i);
        out->events[i].order = i;
        read_event(&item, out, &out->events[i]);
    }
    if (out->deletion_count > SCHEDULE_CHANGES_MAX) spec_fault(&list, NULL, "too_many", NULL);
    if (out->event_count > 1) qsort(out->events, out->event_count, sizeof *out->events, by_time);
}

/* Targets must name what is described. */
static void check_targets(const struct simulation *simulation, const struct spec *in, const struct targets *targets) {
    for (size_t i = 0; i < targets->count; i++) {
        const struct target *target = &targets->list[i];
        bool known = (target->kind != TARGET_SCHEDULE || simulation_schedule(simulation, target->id) != NULL) &&
                     (target->kind != TARGET_TEAM || simulation_team(simulation, target->id) != NULL);
        if (!known) spec_fault(in, target->kind == TARGET_TEAM ? "teams" : "schedules", "unknown", target->id);
    }
}

void simulation_read(struct op *op, const json_t *input, struct simulation *out) {
    *out = (struct simulation){ .op = op };
    struct spec top = spec_top(op, input);
    people_index_init(&out->people, op->arena);
    out->severity = spec_id(&top, "severity", true);
    read_monitors(&top, out);
    read_events(&top, out);
    if (op->fields.count == 0) read_schedules(&top, out);
    read_teams(&top, out);
    read_paths(&top, out);
    read_outages(&top, out);
    (void)spec_instant(&top, "until", &out->until);
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
