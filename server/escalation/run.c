/* See run.h. */
#include "escalation/run.h"

#include <string.h>

static int64_t earlier(int64_t a, int64_t b) {
    return a < b ? a : b;
}

void recipients_add(struct recipients *recipients, const char *id, bool channel) {
    for (size_t i = 0; i < recipients->count; i++) {
        if (recipients->list[i].channel == channel && strcmp(recipients->list[i].id, id) == 0) return;
    }
    if (recipients->count < RECIPIENTS_MAX) recipients->list[recipients->count++] = (struct recipient){ id, channel };
}

void escalation_init(struct escalation *escalation, struct world world) {
    *escalation = (struct escalation){ .world = world };
    escalation->state.next_due = escalation->state.ack_due = escalation->state.silent_until = ESCALATION_NEVER;
}

static int64_t plus(const struct path *path, int64_t at, int64_t seconds) {
    return path->office == NULL ? at + seconds : hours_plus(path->office, at, seconds);
}

static bool held(const struct escalation_state *state) {
    return state->maintenance || state->silent_until != ESCALATION_NEVER;
}

/* From step 1, repeat count 0. While silenced or in maintenance the start waits for the end of that. */
static void restart(struct escalation *escalation, int64_t at) {
    struct escalation_state *state = &escalation->state;
    if (escalation->notices != NULL) escalation->path = escalation->notices;
    state->status = ESCALATION_TRIGGERED;
    state->run++;
    state->loop = 0;
    state->step = 0;
    state->pass_paged = false;
    state->ack_due = state->next_due = ESCALATION_NEVER;
    const struct path *path = escalation->path;
    if (path != NULL && path->step_count > 0 && !held(state)) state->next_due = plus(path, at, 0);
}

static bool is_open(const struct escalation_state *state) {
    return state->status == ESCALATION_TRIGGERED || state->status == ESCALATION_ACKED;
}

/* --- people's actions --- */

void escalation_trigger(struct escalation *escalation, const struct path *path, int64_t at) {
    struct escalation_state *state = &escalation->state;
    if (is_open(state)) return;
    state->started_at = at;
    state->root_cause = false;
    state->fired_count = 0;
    escalation->path = escalation->notices = path;
    restart(escalation, at);
}

void escalation_ack(struct escalation *escalation, int64_t at) {
    struct escalation_state *state = &escalation->state;
    if (state->status != ESCALATION_TRIGGERED) return;
    state->status = ESCALATION_ACKED;
    state->next_due = ESCALATION_NEVER;
    if (escalation->path != NULL && escalation->path->ack_timeout > 0)
        state->ack_due = at + escalation->path->ack_timeout;
}

void escalation_unack(struct escalation *escalation, int64_t at) {
    if (escalation->state.status == ESCALATION_ACKED) restart(escalation, at);
}

void escalation_resolve(struct escalation *escalation) {
    struct escalation_state *state = &escalation->state;
    if (!is_open(state)) return;
    state->status = ESCALATION_RESOLVED;
    state->next_due = state->ack_due = state->silent_until = ESCALATION_NEVER;
}

void escalation_reopen(struct escalation *escalation, int64_t at) {
    if (escalation->state.status == ESCALATION_RESOLVED) restart(escalation, at);
}

void escalation_severity(struct escalation *escalation, const struct path *path, bool raised, int64_t at) {
    struct escalation_state *state = &escalation->state;
    escalation->notices = path;
    if (path == NULL) { /* a severity nobody is called for */
        if (raised || state->status == ESCALATION_TRIGGERED) {
            escalation->path = NULL;
            state->next_due = ESCALATION_NEVER;
        }
        return;
    }
    if (!is_open(state) || (!raised && state->status == ESCALATION_ACKED)) return;
    if (raised) state->silent_until = ESCALATION_NEVER; /* silence was for the lesser one */
    restart(escalation, at);
}

bool escalation_escalate(struct escalation *escalation, int64_t at) {
    struct escalation_state *state = &escalation->state;
    if (!is_open(state) || state->maintenance || escalation->path == NULL || escalation->path->step_count == 0)
        return false;
    state->status = ESCALATION_TRIGGERED;
    state->ack_due = state->silent_until = ESCALATION_NEVER;
    if (state->step >= escalation->path->step_count) {
        state->loop++;
        state->step = 0;
        state->pass_paged = false;
    }
    state->next_due = at; /* by hand: office hours do not hold it */
    return true;
}

void escalation_root_cause(struct escalation *escalation) {
    escalation->state.root_cause = true;
}

static void end_hold(struct escalation *escalation, int64_t at) {
    if (escalation->state.status == ESCALATION_TRIGGERED && !held(&escalation->state)) restart(escalation, at);
}

void escalation_silence(struct escalation *escalation, int64_t at, int64_t seconds) {
    struct escalation_state *state = &escalation->state;
    if (!is_open(state)) return;
    state->silent_until = at + seconds;
    state->next_due = ESCALATION_NEVER;
}

void escalation_maintenance(struct escalation *escalation, bool on, int64_t at) {
    struct escalation_state *state = &escalation->state;
    bool ends = state->maintenance && !on;
    state->maintenance = on;
    if (on) state->next_due = ESCALATION_NEVER;
    if (ends) end_hold(escalation, at);
}

/* --- steps --- */

static void look_up(struct escalation *escalation, const struct targets *targets, int64_t at, struct recipients *out) {
    out->count = 0;
    for (size_t i = 0; i < targets->count; i++)
        escalation->world.look_up(escalation->world.arg, &targets->list[i], at, out);
}

static bool page_all(struct escalation *escalation, const struct targets *targets, int64_t at, bool fallback) {
    const struct escalation_state *state = &escalation->state;
    struct recipients people;
    look_up(escalation, targets, at, &people);
    for (size_t i = 0; i < people.count; i++) {
        enum target_kind kind = people.list[i].channel ? TARGET_CHANNEL : TARGET_USER;
        struct page page = { at, people.list[i].id, kind, state->run, state->loop, state->step, fallback };
        escalation->world.page(escalation->world.arg, &page);
    }
    return people.count > 0;
}

static void note_skip(const struct escalation *escalation, int64_t at, const char *reason) {
    if (escalation->world.skipped != NULL)
        escalation->world.skipped(escalation->world.arg, at, escalation->state.step, reason);
}

/* Begins the next pass, or ends the run. */
static bool next_pass(struct escalation_state *state, const struct path *path) {
    if (state->loop >= path->repeat) {
        state->next_due = ESCALATION_NEVER;
        return false;
    }
    state->loop++;
    state->step = 0;
    state->pass_paged = false;
    return true;
}

/* Sends the due step; one that reaches nobody is passed at once, the last one waits its delay all the same. */
static void send_step(struct escalation *escalation, int64_t at) {
    struct escalation_state *state = &escalation->state;
    const struct path *path = escalation->path;
    if (state->step >= path->step_count && !next_pass(state, path)) return;
    for (;;) {
        const struct step *step = &path->steps[state->step];
        bool outside = step->window != NULL && !hours_open(step->window, at);
        if (outside && step->wait) {
            state->next_due = hours_plus(step->window, at, 0);
            return;
        }
        state->step++;
        bool reached = !outside && page_all(escalation, &step->targets, at, false);
        if (reached) state->pass_paged = true;
        else note_skip(escalation, at, outside ? "outside_window" : "nobody");
        if (!reached && state->step < path->step_count) continue;
        if (!state->pass_paged) (void)page_all(escalation, &path->fallback, at, true);
        state->next_due = plus(path, at, step->delay);
        return;
    }
}

/* --- notices --- */

static size_t *fired_of(struct escalation_state *state, const char *kind) {
    for (size_t i = 0; i < state->fired_count; i++) {
        if (strcmp(state->fired[i].kind, kind) == 0) return &state->fired[i].count;
    }
    state->fired[state->fired_count] = (struct notice_fired){ kind, 0 };
    return &state->fired[state->fired_count++].count;
}

static bool notice_pending(const struct escalation_state *state, const struct path_notice *notice) {
    if (!is_open(state) || state->maintenance) return false;
    if (notice->unless == UNLESS_ROOT_CAUSE && state->root_cause) return false;
    if (notice->unless == UNLESS_ACKED && state->status == ESCALATION_ACKED) return false;
    for (size_t i = 0; i < state->fired_count; i++) {
        if (strcmp(state->fired[i].kind, notice->kind) == 0) return notice->ordinal >= state->fired[i].count;
    }
    return state->fired_count < NOTICE_KINDS_MAX;
}

static void run_notices(struct escalation *escalation, int64_t at) {
    struct escalation_state *state = &escalation->state;
    for (size_t i = 0; escalation->notices != NULL && i < escalation->notices->notice_count; i++) {
        const struct path_notice *notice = &escalation->notices->notices[i];
        if (state->started_at + notice->after > at || !notice_pending(state, notice)) continue;
        *fired_of(state, notice->kind) = notice->ordinal + 1;
        escalation->world.notice(escalation->world.arg, at, notice);
    }
}

/* --- timers --- */

int64_t escalation_due(const struct escalation *escalation) {
    const struct escalation_state *state = &escalation->state;
    if (!is_open(state)) return ESCALATION_NEVER;
    int64_t due = earlier(state->next_due, earlier(state->ack_due, state->silent_until));
    for (size_t i = 0; escalation->notices != NULL && i < escalation->notices->notice_count; i++) {
        const struct path_notice *notice = &escalation->notices->notices[i];
        if (notice_pending(state, notice)) due = earlier(due, state->started_at + notice->after);
    }
    return due;
}

void escalation_run(struct escalation *escalation, int64_t at) {
    struct escalation_state *state = &escalation->state;
    if (!is_open(state)) return;
    if (state->silent_until <= at) {
        state->silent_until = ESCALATION_NEVER;
        end_hold(escalation, at);
    }
    if (state->ack_due <= at) {
        state->ack_due = ESCALATION_NEVER;
        if (state->status == ESCALATION_ACKED) restart(escalation, at);
    }
    if (state->next_due <= at && state->status == ESCALATION_TRIGGERED) send_step(escalation, at);
    run_notices(escalation, at);
}
