/* Moving the test clock: the threads stand still while the caller's thread does, instant by instant, what they would
 * have done in all that time. */
#include "work/worker_internal.h"

#include "base/arena.h"
#include "base/clock.h"
#include "work/scheduler.h"

enum { MINUTE_MS = 60 * 1000 };

/* *any is set if anything was done. */
static bool run_due(struct worker *worker, struct arena *arena, bool *any, struct error *err) {
    for (int ran = SCHEDULER_BATCH; ran == SCHEDULER_BATCH;) {
        struct op op = worker_op(worker, arena);
        bool ok = scheduler_pass(&op, worker->options.handlers, &ran, err);
        arena_reset(arena);
        if (!ok) return false;
        *any = *any || ran > 0;
    }
    return true;
}

static int room_for(struct worker *worker, int64_t destination_id, int64_t now_ms) {
    pthread_mutex_lock(&worker->lock);
    struct lane *lane = lane_of(&worker->lanes, destination_id);
    int room = lane == NULL ? 0 : lane_free(lane, now_ms);
    pthread_mutex_unlock(&worker->lock);
    return room;
}

static bool send_to(struct worker *worker, const struct target *target, struct arena *arena, bool *any,
                    struct error *err) {
    struct op op = worker_op(worker, arena);
    struct claim claim = { .destination_id = target->destination_id, .owner = worker->name };
    claim.limit = room_for(worker, target->destination_id, op.now_ms);
    if (target->ready_at > op.now_ms || claim.limit <= 0) return true;
    if (!worker_claim(worker, &op, &claim, err)) return false;
    for (int i = 0; i < claim.count; i++) {
        worker_deliver(worker, &op, (struct ticket){ claim.ids[i], claim.destination_id });
        arena_reset(arena);
        *any = true;
    }
    return true;
}

static bool targets_now(struct worker *worker, struct arena *arena, struct targets *out, struct error *err) {
    struct op op = worker_op(worker, arena);
    bool ok = delivery_targets(&op, true, out, err);
    arena_reset(arena);
    return ok;
}

/* Everything that is due at this instant, until nothing is. */
static bool run_instant(struct worker *worker, struct arena *arena, struct error *err) {
    for (bool any = true; any;) {
        struct targets targets;
        any = false;
        if (!run_due(worker, arena, &any, err) || !targets_now(worker, arena, &targets, err)) return false;
        for (int i = 0; i < targets.count; i++) {
            if (!send_to(worker, &targets.list[i], arena, &any, err)) return false;
        }
    }
    return true;
}

/* When a destination with something to send may be called: its breaker has a word too. */
static int64_t target_at(struct worker *worker, const struct target *target) {
    pthread_mutex_lock(&worker->lock);
    const struct lane *lane = lane_of(&worker->lanes, target->destination_id);
    int64_t open_until = lane != NULL && lane->breaker.state == BREAKER_OPEN ? lane->breaker.open_until : 0;
    pthread_mutex_unlock(&worker->lock);
    return open_until > target->ready_at ? open_until : target->ready_at;
}

static bool next_instant(struct worker *worker, struct arena *arena, int64_t *out, struct error *err) {
    struct targets targets;
    struct op op = worker_op(worker, arena);
    bool ok = scheduler_next(&op, out, err);
    arena_reset(arena);
    if (!ok || !targets_now(worker, arena, &targets, err)) return false;
    for (int i = 0; i < targets.count; i++) {
        int64_t at = target_at(worker, &targets.list[i]);
        if (at < *out) *out = at;
    }
    /* never stand still: what could not be done now is looked at again in a minute */
    if (*out <= op.now_ms) *out = op.now_ms + MINUTE_MS;
    return true;
}

static bool catch_up(struct worker *worker, struct arena *arena, int64_t now_ms, struct error *err) {
    struct clock *clock = worker->options.clock;
    for (int64_t next;;) {
        if (!run_instant(worker, arena, err) || !next_instant(worker, arena, &next, err)) return false;
        if (next > now_ms) break;
        clock_set_ms(clock, next);
    }
    clock_set_ms(clock, now_ms);
    return true;
}

bool worker_run_until(struct worker *worker, int64_t now_ms, struct error *err) {
    if (now_ms < clock_now_ms(worker->options.clock)) {
        clock_set_ms(worker->options.clock, now_ms);
        return true;
    }
    pthread_mutex_lock(&worker->lock);
    while (worker->paused) pthread_cond_wait(&worker->quiet, &worker->lock);
    worker->paused = true;
    while (worker->active > 0) pthread_cond_wait(&worker->quiet, &worker->lock);
    pthread_mutex_unlock(&worker->lock);
    struct arena *arena = arena_new(ARENA_REQUEST_CAP);
    bool ok = catch_up(worker, arena, now_ms, err);
    arena_free(arena);
    pthread_mutex_lock(&worker->lock);
    worker->paused = false;
    pthread_cond_broadcast(&worker->quiet);
    pthread_cond_broadcast(&worker->scheduler_wake);
    pthread_cond_broadcast(&worker->dispatcher_wake);
    pthread_mutex_unlock(&worker->lock);
    return ok;
}
