/* Inside the worker: worker.c (threads), lanes.c (what may be sent where), catch_up.c (moving the test clock). */
#ifndef BONGSU_WORK_WORKER_INTERNAL_H
#define BONGSU_WORK_WORKER_INTERNAL_H

#include "work/delivery.h"
#include "work/figures.h"
#include "work/worker.h"

#include <pthread.h>

enum { DELIVERERS_MAX = 64 };

/* One destination. */
struct lane {
    int64_t destination_id;
    int in_flight;
    struct breaker breaker;
    struct breaker kept; /* as its row has it */
};
struct lanes {
    struct lane list[TARGETS_MAX];
    int count;
};
/* The lane of a destination, made when first asked for; NULL if there are too many busy ones. */
struct lane *lane_of(struct lanes *lanes, int64_t destination_id);
int lane_free(struct lane *lane, int64_t now_ms);
void lane_began(struct lane *lane);
/* The breaker differs from its row: *out is what to write. */
bool lane_to_keep(struct lane *lane, struct breaker *out);
void lane_ended(struct lane *lane, const struct delivered *delivered, int64_t now_ms);

struct ticket { /* a claimed row on its way to a deliverer */
    int64_t id, destination_id;
};

struct worker {
    struct worker_options options;
    struct actor actor;
    char name[40]; /* owner of leases */
    pthread_mutex_t lock; /* of everything below */
    pthread_cond_t scheduler_wake, dispatcher_wake, ticket_ready, quiet;
    bool stopping;
    bool due_changed, outbox_changed;
    bool paused; /* worker_run_until has the floor */
    int active; /* threads in the middle of something, tickets waiting */
    struct lanes lanes;
    struct delivery_figures figures;
    struct ticket tickets[DELIVERERS_MAX]; /* a stack; at most one a deliverer */
    int ticket_count, idle_deliverers;
    pthread_mutex_t keeping; /* of breakers' rows: the newer one is written last */
    pthread_t scheduler, dispatcher, deliverers[DELIVERERS_MAX];
};

/* An op of the worker, in this arena, at the clock's now. */
struct op worker_op(const struct worker *worker, struct arena *arena);

/* worker.c, for catch_up.c. Claims for one destination (lock not held); counts them in the lane. */
bool worker_claim(struct worker *worker, struct op *op, struct claim *claim, struct error *err);
void worker_deliver(struct worker *worker, struct op *op, struct ticket ticket);

#endif
