/* The worker: the threads that do later what was written down as rows: due times (scheduler) and messages for the
 * outside (dispatcher and deliverers). Any number of processes may run one on the same database.
 *
 * One slow or dead destination delays no other (R-G3): each has at most WORKER_LANE_CALLS calls under way, and a
 * circuit breaker that stops calling one that keeps failing. There are deliverers enough for fifteen that hang at once.
 */
#ifndef BONGSU_WORK_WORKER_H
#define BONGSU_WORK_WORKER_H

#include "connect/connector.h"
#include "net/breaker.h"
#include "work/due_handlers.h"

struct clock;
struct delivery_figures;
struct i18n;
struct worker;

enum { WORKER_DELIVERERS = 32, WORKER_LANE_CALLS = 2 };

struct worker_options {
    struct store *store;
    struct clock *clock;
    const struct i18n *lang; /* of texts the worker writes: the organisation's */
    const struct due_entry *handlers; /* NULL: DUE_HANDLERS */
    const struct connector *const *connectors; /* NULL: CONNECTORS */
    int deliverers; /* threads; 0: WORKER_DELIVERERS */
    bool synchronous; /* no threads: only worker_run_until does anything (tests) */
};
bool worker_start(const struct worker_options *options, struct worker **out, struct error *err) NODISCARD;
void worker_stop(struct worker *worker); /* lets running deliveries finish; NULL is fine */

/* For the store's listener: "outbox" and "due" wake the threads, "*" both. Cheap, never blocks for long. */
void worker_wake(struct worker *worker, const char *topic);

/* Moves a settable clock forward to now_ms, from one due instant to the next, doing on the way everything that falls
 * due: handlers and deliveries. Everything is done when it returns. Backwards only sets the clock. */
bool worker_run_until(struct worker *worker, int64_t now_ms, struct error *err) NODISCARD;

/* For the integrations page. */
struct worker_lane {
    int64_t destination_id;
    int in_flight;
    enum breaker_state breaker;
    int64_t open_until;
};
int worker_lanes(struct worker *worker, struct worker_lane *out, int max);
/* What was delivered since the start, and the connectors it is counted by. */
void worker_figures(struct worker *worker, struct delivery_figures *out);

/* Closes the breaker of a destination: somebody says it works again. */
void worker_reset_breaker(struct worker *worker, int64_t destination_id);

#endif
