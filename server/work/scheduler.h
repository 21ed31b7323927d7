/* Scheduler: runs what has fallen due. Each row is removed in the same transaction as its handler's effect, so it
 * fires exactly once, whatever is killed when. A handler that fails is tried again later and holds up nobody. */
#ifndef BONGSU_WORK_SCHEDULER_H
#define BONGSU_WORK_SCHEDULER_H

#include "work/due_handlers.h"

/* One pass over at most SCHEDULER_BATCH rows that are due at op->now_ms; *ran is how many were looked at. The arena
 * may be reset between passes. */
enum { SCHEDULER_BATCH = 50 };
bool scheduler_pass(struct op *op, const struct due_entry *handlers, int *ran, struct error *err) NODISCARD;

/* When the next row wants to run; INT64_MAX if none. */
bool scheduler_next(struct op *op, int64_t *out, struct error *err) NODISCARD;

extern const struct sql_list SCHEDULER_STATEMENTS;

#endif
