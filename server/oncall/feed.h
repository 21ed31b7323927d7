/* Calendar feeds: a secret address per person and schedule that shows shifts from 15 days ago to 180 days ahead as
 * iCalendar (plan.h: shifts keep their uid, vanished ones are cancelled), in the schedule's zone or the reader's own
 * and in the owner's language. The token is shown once and stored hashed; taking it back makes the address unknown. */
#ifndef BONGSU_ONCALL_FEED_H
#define BONGSU_ONCALL_FEED_H

#include "base/buf.h"
#include "base/secret.h"
#include "store/db.h"

enum { FEED_SIZE_MAX = 8 * 1024 * 1024, FEEDS_A_PERSON = 50 };

struct feed {
    int64_t id, owner_id, schedule_id; /* schedule_id 0: the owner's shifts in every schedule */
    int64_t created_ms;
};

/* PERM_SELF. which: a schedule's id or key, NULL for the actor's own shifts everywhere. */
bool feed_add(struct op *op, const char *which, char token[SECRET_TOKEN_SIZE], struct feed *out,
              struct error *err) NODISCARD;
bool feed_remove(struct op *op, int64_t id, struct error *err) NODISCARD; /* one's own */
struct feed_list {
    struct feed *items;
    size_t count;
};
bool feed_list(struct op *op, struct feed_list *out, struct error *err) NODISCARD; /* one's own */

/* For whoever knows the token. ERR_NOT_FOUND `schedule.feed_not_found`. */
bool feed_calendar(struct op *op, const char *token, struct buf *out, struct error *err) NODISCARD;

extern const struct sql_list FEED_STATEMENTS;

#endif
