/* Delivery: claims outbox rows, hands them to their connector, records what came of it. Several nodes may do so at
 * once: a claim is a lease, and only the oldest unsent row of (destination, order key) can be claimed. */
#ifndef BONGSU_WORK_DELIVERY_H
#define BONGSU_WORK_DELIVERY_H

#include "connect/connector.h"

enum { CLAIM_MAX = 20, LEASE_MS = 60 * 1000, TARGETS_MAX = 200 };

/* Destinations that have something to send. */
struct target {
    int64_t destination_id;
    int64_t ready_at; /* when the first row that may go next is due, or its lease or the destination's block ends */
};
struct targets {
    struct target list[TARGETS_MAX];
    int count;
};
/* exact: ready_at considers order and leases (slower; for moving the test clock); else it may be too early. */
bool delivery_targets(struct op *op, bool exact, struct targets *out, struct error *err) NODISCARD;

/* A worker starts. The file of an embedded database has no other: whatever is leased was leased by one that died, and
 * a page must not wait for that lease to run out. */
bool delivery_start(struct op *op, struct error *err) NODISCARD;

struct claim {
    int64_t destination_id;
    const char *owner; /* of the lease */
    int limit; /* 1..CLAIM_MAX */
    int64_t ids[CLAIM_MAX]; /* out */
    int count;
};
bool delivery_claim(struct op *op, struct claim *claim, struct error *err) NODISCARD;

/* Delivers one claimed row and records the outcome. *outcome tells the breaker; kind OUTCOME_SENT with took_ms 0 if
 * the row was no longer ours. False only if nothing could be recorded: the lease runs out and it is tried again. */
struct delivered {
    struct outcome outcome;
    int64_t took_ms;
    bool final; /* not to be tried again by itself */
    const struct connector *connector; /* NULL: nothing was called */
};
bool delivery_run(struct op *op, const struct connector *const *connectors, const char *owner, int64_t id,
                  struct delivered *out) NODISCARD;

extern const struct sql_list DELIVERY_STATEMENTS;

#endif
