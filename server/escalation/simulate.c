/* The simulation's clock: the next event or the next timer, whichever comes first; events first where both fall on the
 * same instant. */
#include "escalation/simulate.h"

#include "escalation/simulate_internal.h"

#include "base/arena.h"
#include "text/when.h"

enum { PAGES_MAX = 100000, SCRATCH_CAP = 64 * 1024 * 1024 };

struct running {
    const struct simulation *simulation;
    struct escalation escalation;
    const char *severity;
    struct arena *scratch; /* for one look-up */
    json_t *pages, *notices, *skipped;
    bool by_monitor; /* what runs was triggered by monitors alone */
};

/* --- the world --- */

static bool is_deleted(const struct simulation *simulation, int32_t person, int64_t at) {
    for (size_t i = 0; i < simulation->deletion_count; i++) {
        if (simulation->deletions[i].person == person && simulation->deletions[i].at <= at) return true;
    }
    return false;
}

static void add_person(const struct simulation *simulation, int32_t person, int64_t at, struct recipients *out) {
    if (!is_deleted(simulation, person, at)) recipients_add(out, simulation->people.ids[person], false);
}

static void add_crew(const struct schedule *schedule, const struct crew *crew, struct recipients *out) {
    for (size_t i = 0; i < crew->count; i++) recipients_add(out, schedule->people[crew->list[i].person], false);
}

static void add_on_call(const struct running *running, const struct target *target, int64_t at,
                        struct recipients *out) {
    const struct schedule *schedule = simulation_schedule(running->simulation, target->id);
    struct roll roll;
    schedule_at(schedule, VIEW_FINAL, at, running->scratch, &roll);
    if (target->role != TARGET_SECONDARY) add_crew(schedule, &roll.primary, out);
    if (target->role != TARGET_PRIMARY) add_crew(schedule, &roll.secondary, out);
    arena_reset(running->scratch);
}

static void look_up(void *arg, const struct target *target, int64_t at, struct recipients *out) {
    const struct running *running = arg;
    const struct simulation *simulation = running->simulation;
    if (target->kind == TARGET_CHANNEL) {
        recipients_add(out, target->id, true);
    } else if (target->kind == TARGET_USER) {
        int32_t person = people_index_find(&simulation->people, target->id);
        if (person < 0 || !is_deleted(simulation, person, at)) recipients_add(out, target->id, false);
    } else if (target->kind == TARGET_SCHEDULE) {
        add_on_call(running, target, at, out);
    } else {
        const struct simulated_team *team = simulation_team(simulation, target->id);
        for (size_t i = 0; i < team->count; i++) add_person(simulation, team->members[i], at, out);
    }
}

static json_t *timed(const struct running *running, json_t *list, int64_t at) {
    json_t *object = json_object();
    json_put_text(object, "t", when_rfc3339(running->simulation->op->arena, at * 1000));
    json_push(list, object);
    return object;
}

static void on_page(void *arg, const struct page *page) {
    struct running *running = arg;
    if (json_array_size(running->pages) > PAGES_MAX) return;
    json_t *object = timed(running, running->pages, page->at);
    json_put_text(object, "to", page->to);
    json_put_i64(object, "step", (int64_t)page->step);
    json_put_i64(object, "loop", page->loop);
    json_put_i64(object, "run", page->run);
    json_put_text(object, "kind", page->fallback ? "fallback" : page->kind == TARGET_CHANNEL ? "channel" : "user");
}

static void on_notice(void *arg, int64_t at, const struct path_notice *notice) {
    struct running *running = arg;
    json_t *object = timed(running, running->notices, at);
    json_put_text(object, "kind", notice->kind);
    json_put(object, "to", notice->to == NULL ? json_null() : json_deep_copy(notice->to));
}

static void on_skipped(void *arg, int64_t at, size_t step, const char *reason) {
    struct running *running = arg;
    json_t *object = timed(running, running->skipped, at);
    json_put_i64(object, "step", (int64_t)step);
    json_put_text(object, "reason", reason);
}

/* --- monitors --- */

static int64_t monitor_due(const struct monitor *monitor) {
    bool watches = monitor->last != ESCALATION_NEVER && !monitor->alarmed && !monitor->muted;
    return watches ? monitor->last + monitor->interval : ESCALATION_NEVER;
}

static const struct path *path_now(const struct running *running) {
    return simulation_path(running->simulation, running->severity);
}

static bool is_open(const struct running *running) {
    enum escalation_status status = running->escalation.state.status;
    return status == ESCALATION_TRIGGERED || status == ESCALATION_ACKED;
}

static void run_monitors(struct running *running, int64_t at) {
    for (size_t i = 0; i < running->simulation->monitor_count; i++) {
        struct monitor *monitor = &running->simulation->monitors[i];
        if (monitor_due(monitor) > at) continue;
        monitor->alarmed = true;
        if (!is_open(running)) running->by_monitor = true;
        escalation_trigger(&running->escalation, path_now(running), at);
    }
}

static void beat(struct running *running, const struct event *event) {
    bool others = false;
    struct monitor *monitor = &running->simulation->monitors[event->monitor];
    bool was_alarmed = monitor->alarmed;
    monitor->last = event->at;
    monitor->alarmed = false;
    for (size_t i = 0; i < running->simulation->monitor_count; i++) others |= running->simulation->monitors[i].alarmed;
    if (was_alarmed && !others && running->by_monitor) escalation_resolve(&running->escalation);
}

/* --- events --- */

static void change_severity(struct running *running, const struct event *event) {
    json_t *names = running->simulation->severities;
    int64_t before = path_severity_rank(running->severity, names), after = path_severity_rank(event->severity, names);
    running->severity = event->severity;
    if (before != after) escalation_severity(&running->escalation, event->path, after < before, event->at);
}

static void trigger(struct running *running, const struct event *event) {
    running->by_monitor = false; /* a person or an alert stands behind it from now on */
    escalation_trigger(&running->escalation, path_now(running), event->at);
}

static void apply(struct running *running, const struct event *event) {
    struct escalation *escalation = &running->escalation;
    switch (event->type) {
    case EVENT_TRIGGER: trigger(running, event); break;
    case EVENT_ACK: escalation_ack(escalation, event->at); break;
    case EVENT_UNACK: escalation_unack(escalation, event->at); break;
    case EVENT_RESOLVE: escalation_resolve(escalation); break;
    case EVENT_REOPEN: escalation_reopen(escalation, event->at); break;
    case EVENT_SEVERITY: change_severity(running, event); break;
    case EVENT_ESCALATE: (void)escalation_escalate(escalation, event->at); break;
    case EVENT_ROOT_CAUSE: escalation_root_cause(escalation); break;
    case EVENT_SILENCE: escalation_silence(escalation, event->at, event->seconds); break;
    case EVENT_MAINTENANCE_START: escalation_maintenance(escalation, true, event->at); break;
    case EVENT_MAINTENANCE_END: escalation_maintenance(escalation, false, event->at); break;
    case EVENT_BEAT: beat(running, event); break;
    case EVENT_DELETE_USER: break; /* known to every look-up from its instant on */
    }
}

/* --- the clock --- */

/* When the engine gets to what is due: not before now, not while it is away. */
static int64_t served_at(const struct simulation *simulation, int64_t due, int64_t now) {
    int64_t at = due > now ? due : now;
    for (size_t i = 0; i < simulation->outage_count; i++) {
        if (simulation->outages[i].start <= at && at < simulation->outages[i].end) return simulation->outages[i].end;
    }
    return at;
}

static int64_t next_due(const struct running *running) {
    int64_t due = escalation_due(&running->escalation);
    for (size_t i = 0; i < running->simulation->monitor_count; i++) {
        int64_t monitor = monitor_due(&running->simulation->monitors[i]);
        if (monitor < due) due = monitor;
    }
    return due;
}

static void run(struct running *running) {
    const struct simulation *simulation = running->simulation;
    int64_t now = INT64_MIN;
    size_t next = 0;
    for (;;) {
        int64_t event = next < simulation->event_count ? simulation->events[next].at : ESCALATION_NEVER;
        int64_t timer = served_at(simulation, next_due(running), now);
        now = event <= timer ? event : timer;
        if (now >= simulation->until || now == ESCALATION_NEVER || json_array_size(running->pages) > PAGES_MAX) return;
        if (event <= timer) {
            apply(running, &simulation->events[next++]);
        } else {
            run_monitors(running, now);
            escalation_run(&running->escalation, now);
        }
    }
}

bool escalation_simulate(struct op *op, const json_t *input, json_t **out, struct error *err) {
    struct simulation simulation;
    simulation_read(op, input, &simulation);
    if (op->fields.count > 0) return OP_INVALID(op, err);
    struct running running = { .simulation = &simulation, .severity = simulation.severity };
    running.scratch = arena_new(SCRATCH_CAP);
    json_t *answer = json_obj(op->arena);
    json_put(answer, "pages", running.pages = json_array());
    json_put(answer, "notices", running.notices = json_array());
    json_put(answer, "skipped", running.skipped = json_array());
    escalation_init(&running.escalation, (struct world){ &running, look_up, on_page, on_notice, on_skipped });
    run(&running);
    arena_free(running.scratch);
    if (json_array_size(running.pages) > PAGES_MAX)
        return ERROR(err, ERR_INVALID, "simulation.too_many_pages", "more than %d", PAGES_MAX);
    *out = answer;
    return true;
}
