/* The worker's threads: see worker.h. The scheduler runs due rows; the dispatcher claims outbox rows for destinations
 * that have room; deliverers send them. A claim is made only when a deliverer is idle, so no lease waits in a queue. */
#include "work/worker_internal.h"

#include "base/arena.h"
#include "base/clock.h"
#include "base/log.h"
#include "connect/breaker_row.h"
#include "people/permission.h"
#include "work/housekeeping.h"
#include "work/scheduler.h"

#include <errno.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { POLL_MS = 1000 };

struct op worker_op(const struct worker *worker, struct arena *arena) {
    return (struct op){ .store = worker->options.store,
                        .arena = arena,
                        .actor = &worker->actor,
                        .now_ms = clock_now_ms(worker->options.clock),
                        .request_id = "worker",
                        .lang = worker->options.lang };
}

/* Under lock: nothing may begin while the test clock moves. False when stopping. */
static bool may_begin(struct worker *worker, pthread_cond_t *wake) {
    while (worker->paused && !worker->stopping) pthread_cond_wait(wake, &worker->lock);
    return !worker->stopping;
}

/* Under lock: waits until flag is set, POLL_MS passed or the worker stops. */
static void wait_for(struct worker *worker, pthread_cond_t *wake, bool *flag) {
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += POLL_MS / 1000;
    while (!worker->stopping && !*flag) {
        if (pthread_cond_timedwait(wake, &worker->lock, &until) == ETIMEDOUT) break;
    }
    *flag = false;
}

/* Under lock. */
static void finish(struct worker *worker) {
    if (--worker->active == 0) pthread_cond_broadcast(&worker->quiet);
}

/* --- scheduler --- */

static void run_due(struct worker *worker, struct arena *arena) {
    struct error err;
    for (int ran = SCHEDULER_BATCH; ran == SCHEDULER_BATCH;) {
        struct op op = worker_op(worker, arena);
        if (!scheduler_pass(&op, worker->options.handlers, &ran, &err)) {
            log_error("scheduler.failed", "worker", &err);
            ran = 0;
        }
        arena_reset(arena);
    }
}

static void *scheduler_main(void *arg) {
    struct worker *worker = arg;
    struct arena *arena = arena_new(ARENA_REQUEST_CAP);
    pthread_mutex_lock(&worker->lock);
    while (may_begin(worker, &worker->scheduler_wake)) {
        worker->active++;
        pthread_mutex_unlock(&worker->lock);
        run_due(worker, arena);
        pthread_mutex_lock(&worker->lock);
        finish(worker);
        wait_for(worker, &worker->scheduler_wake, &worker->due_changed);
    }
    pthread_mutex_unlock(&worker->lock);
    arena_free(arena);
    return NULL;
}

/* --- deliveries --- */

bool worker_claim(struct worker *worker, struct op *op, struct claim *claim, struct error *err) {
    if (!delivery_claim(op, claim, err)) return false;
    pthread_mutex_lock(&worker->lock);
    struct lane *lane = lane_of(&worker->lanes, claim->destination_id);
    for (int i = 0; i < claim->count; i++) {
        if (lane != NULL) lane_began(lane);
    }
    pthread_mutex_unlock(&worker->lock);
    return true;
}

struct keeping {
    int64_t destination_id;
    struct breaker breaker;
};

static bool keep_breaker(struct tx *tx, void *arg, struct error *err) {
    const struct keeping *keeping = arg;
    return breaker_keep(tx, keeping->destination_id, &keeping->breaker, err);
}

/* Not in the transaction of the delivery: that one is over when its outcome is known to the breaker. */
static void keep_lane(struct worker *worker, struct op *op, int64_t destination_id) {
    struct keeping keeping = { .destination_id = destination_id };
    struct error err;
    pthread_mutex_lock(&worker->keeping);
    pthread_mutex_lock(&worker->lock);
    struct lane *lane = lane_of(&worker->lanes, destination_id);
    bool differs = lane != NULL && lane_to_keep(lane, &keeping.breaker);
    pthread_mutex_unlock(&worker->lock);
    if (differs && !store_write(op, keep_breaker, &keeping, &err)) log_error("breaker.not_kept", "worker", &err);
    pthread_mutex_unlock(&worker->keeping);
}

static void count(struct worker *worker, const struct delivered *delivered) {
    const struct connector *const *list = worker->options.connectors;
    for (size_t i = 0; list[i] != NULL; i++) {
        if (list[i] == delivered->connector) figures_count(&worker->figures, i, delivered);
    }
}

void worker_deliver(struct worker *worker, struct op *op, struct ticket ticket) {
    struct delivered delivered;
    if (!delivery_run(op, worker->options.connectors, worker->name, ticket.id, &delivered)) {
        log_event(LOG_ERROR, "delivery.not_recorded", NULL); /* the lease runs out */
    }
    pthread_mutex_lock(&worker->lock);
    struct lane *lane = lane_of(&worker->lanes, ticket.destination_id);
    if (lane != NULL && lane->in_flight > 0) lane_ended(lane, &delivered, op->now_ms);
    count(worker, &delivered);
    pthread_mutex_unlock(&worker->lock);
    keep_lane(worker, op, ticket.destination_id);
}

/* How many rows of this destination may be claimed now; 0 if none. */
static int room_for(struct worker *worker, const struct target *target, int64_t now_ms) {
    if (target->ready_at > now_ms) return 0;
    pthread_mutex_lock(&worker->lock);
    struct lane *lane = lane_of(&worker->lanes, target->destination_id);
    int idle = worker->idle_deliverers - worker->ticket_count;
    int room = lane == NULL ? 0 : lane_free(lane, now_ms);
    pthread_mutex_unlock(&worker->lock);
    return room < idle ? room : idle;
}

static void hand_out(struct worker *worker, const struct claim *claim) {
    pthread_mutex_lock(&worker->lock);
    for (int i = 0; i < claim->count; i++) {
        worker->tickets[worker->ticket_count++] = (struct ticket){ claim->ids[i], claim->destination_id };
        worker->active++;
        pthread_cond_signal(&worker->ticket_ready);
    }
    pthread_mutex_unlock(&worker->lock);
}

static bool dispatch(struct worker *worker, struct op *op, struct error *err) {
    struct targets *targets = ARENA_NEW(op->arena, struct targets);
    if (!delivery_targets(op, false, targets, err)) return false;
    for (int i = 0; i < targets->count; i++) {
        struct claim claim = { .destination_id = targets->list[i].destination_id, .owner = worker->name };
        claim.limit = room_for(worker, &targets->list[i], op->now_ms);
        if (claim.limit <= 0) continue;
        if (!worker_claim(worker, op, &claim, err)) return false;
        hand_out(worker, &claim);
    }
    return true;
}

static void *dispatcher_main(void *arg) {
    struct worker *worker = arg;
    struct arena *arena = arena_new(ARENA_REQUEST_CAP);
    struct error err;
    pthread_mutex_lock(&worker->lock);
    while (may_begin(worker, &worker->dispatcher_wake)) {
        worker->active++;
        pthread_mutex_unlock(&worker->lock);
        struct op op = worker_op(worker, arena);
        if (!dispatch(worker, &op, &err)) log_error("dispatcher.failed", "worker", &err);
        arena_reset(arena);
        pthread_mutex_lock(&worker->lock);
        finish(worker);
        wait_for(worker, &worker->dispatcher_wake, &worker->outbox_changed);
    }
    pthread_mutex_unlock(&worker->lock);
    arena_free(arena);
    return NULL;
}

static void *deliverer_main(void *arg) {
    struct worker *worker = arg;
    struct arena *arena = arena_new(ARENA_REQUEST_CAP);
    pthread_mutex_lock(&worker->lock);
    for (;;) {
        worker->idle_deliverers++;
        while (worker->ticket_count == 0 && !worker->stopping) pthread_cond_wait(&worker->ticket_ready, &worker->lock);
        worker->idle_deliverers--;
        if (worker->ticket_count == 0) break; /* stopping: what is claimed is sent first */
        struct ticket ticket = worker->tickets[--worker->ticket_count];
        pthread_mutex_unlock(&worker->lock);
        struct op op = worker_op(worker, arena);
        worker_deliver(worker, &op, ticket);
        arena_reset(arena);
        pthread_mutex_lock(&worker->lock);
        worker->outbox_changed = true; /* the next of its key may go */
        pthread_cond_signal(&worker->dispatcher_wake);
        finish(worker);
    }
    pthread_mutex_unlock(&worker->lock);
    arena_free(arena);
    return NULL;
}

/* --- start and stop --- */

static void init_conditions(struct worker *worker) {
    pthread_condattr_t attributes;
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(&worker->scheduler_wake, &attributes);
    pthread_cond_init(&worker->dispatcher_wake, &attributes);
    pthread_cond_init(&worker->ticket_ready, &attributes);
    pthread_cond_init(&worker->quiet, &attributes);
    pthread_condattr_destroy(&attributes);
    pthread_mutex_init(&worker->lock, NULL);
    pthread_mutex_init(&worker->keeping, NULL);
}

static void start_threads(struct worker *worker) {
    for (int i = 0; i < worker->options.deliverers; i++) {
        REQUIRE(pthread_create(&worker->deliverers[i], NULL, deliverer_main, worker) == 0);
    }
    REQUIRE(pthread_create(&worker->dispatcher, NULL, dispatcher_main, worker) == 0);
    REQUIRE(pthread_create(&worker->scheduler, NULL, scheduler_main, worker) == 0);
}

static struct worker *worker_new(const struct worker_options *options) {
    struct worker *worker = calloc(1, sizeof *worker);
    unsigned char random[12];
    if (worker == NULL) die("worker: out of memory");
    worker->options = *options;
    if (options->handlers == NULL) worker->options.handlers = DUE_HANDLERS;
    if (options->connectors == NULL) worker->options.connectors = CONNECTORS;
    if (options->deliverers <= 0) worker->options.deliverers = WORKER_DELIVERERS;
    if (options->deliverers > DELIVERERS_MAX) worker->options.deliverers = DELIVERERS_MAX;
    worker->actor = (struct actor){ .kind = ACTOR_SYSTEM,
                                    .login = "system",
                                    .name = "Bongsu",
                                    .role = role_name(ROLE_ADMIN),
                                    .permissions = role_permissions(ROLE_ADMIN) };
    randombytes_buf(random, sizeof random);
    sodium_bin2hex(worker->name, sizeof worker->name, random, sizeof random);
    init_conditions(worker);
    return worker;
}

static bool load_breakers(struct tx *tx, void *arg, struct error *err) {
    struct worker *worker = arg;
    struct breaker_rows *rows = ARENA_NEW(tx_op(tx)->arena, struct breaker_rows);
    if (!breaker_rows(tx, rows, err)) return false;
    for (size_t i = 0; i < rows->count; i++) {
        struct lane *lane = lane_of(&worker->lanes, rows->list[i].destination_id);
        if (lane != NULL) lane->breaker = lane->kept = rows->list[i].breaker;
    }
    return true;
}

bool worker_start(const struct worker_options *options, struct worker **out, struct error *err) {
    struct worker *worker = worker_new(options);
    struct arena *arena = arena_new(ARENA_REQUEST_CAP);
    struct op op = worker_op(worker, arena);
    bool ok = housekeeping_start(&op, err) && delivery_start(&op, err) && store_read(&op, load_breakers, worker, err);
    arena_free(arena);
    if (!ok) {
        worker->options.synchronous = true; /* no threads to wait for */
        worker_stop(worker);
        return false;
    }
    if (!options->synchronous) start_threads(worker);
    *out = worker;
    return true;
}

static void join_threads(struct worker *worker) {
    pthread_mutex_lock(&worker->lock);
    worker->stopping = true;
    pthread_cond_broadcast(&worker->scheduler_wake);
    pthread_cond_broadcast(&worker->dispatcher_wake);
    pthread_mutex_unlock(&worker->lock);
    pthread_join(worker->scheduler, NULL);
    pthread_join(worker->dispatcher, NULL); /* no new tickets after this */
    pthread_mutex_lock(&worker->lock);
    pthread_cond_broadcast(&worker->ticket_ready);
    pthread_mutex_unlock(&worker->lock);
    for (int i = 0; i < worker->options.deliverers; i++) pthread_join(worker->deliverers[i], NULL);
}

void worker_stop(struct worker *worker) {
    if (worker == NULL) return;
    if (!worker->options.synchronous) join_threads(worker);
    pthread_cond_destroy(&worker->scheduler_wake);
    pthread_cond_destroy(&worker->dispatcher_wake);
    pthread_cond_destroy(&worker->ticket_ready);
    pthread_cond_destroy(&worker->quiet);
    pthread_mutex_destroy(&worker->lock);
    pthread_mutex_destroy(&worker->keeping);
    free(worker);
}

void worker_wake(struct worker *worker, const char *topic) {
    bool all = strcmp(topic, "*") == 0, due = all || strcmp(topic, "due") == 0,
         outbox = all || strcmp(topic, "outbox") == 0;
    if (!due && !outbox) return;
    pthread_mutex_lock(&worker->lock);
    worker->due_changed = worker->due_changed || due;
    worker->outbox_changed = worker->outbox_changed || outbox;
    if (due) pthread_cond_signal(&worker->scheduler_wake);
    if (outbox) pthread_cond_signal(&worker->dispatcher_wake);
    pthread_mutex_unlock(&worker->lock);
}

int worker_lanes(struct worker *worker, struct worker_lane *out, int max) {
    int count = 0;
    pthread_mutex_lock(&worker->lock);
    for (; count < worker->lanes.count && count < max; count++) {
        const struct lane *lane = &worker->lanes.list[count];
        out[count] = (struct worker_lane){ lane->destination_id, lane->in_flight, lane->breaker.state,
                                           lane->breaker.open_until };
    }
    pthread_mutex_unlock(&worker->lock);
    return count;
}

void worker_figures(struct worker *worker, struct delivery_figures *out) {
    pthread_mutex_lock(&worker->lock);
    *out = worker->figures;
    pthread_mutex_unlock(&worker->lock);
}

void worker_reset_breaker(struct worker *worker, int64_t destination_id) {
    pthread_mutex_lock(&worker->lock);
    for (int i = 0; i < worker->lanes.count; i++) {
        struct lane *lane = &worker->lanes.list[i];
        if (lane->destination_id != destination_id) continue;
        lane->breaker = lane->kept = (struct breaker){ .state = BREAKER_CLOSED }; /* its row went with the block */
    }
    pthread_mutex_unlock(&worker->lock);
    worker_wake(worker, "outbox");
}
