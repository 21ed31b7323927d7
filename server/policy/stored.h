/* A stored policy document, read: see stored.c. */
#ifndef BONGSU_POLICY_STORED_H
#define BONGSU_POLICY_STORED_H

#include "policy/policy.h"

/* What is stored was checked when it was saved; if it does not parse now, the database was tampered with or is from
 * another program, and guessing a severity scheme would be worse than stopping the request: ERR_INTERNAL
 * `policy.unreadable`. What *out points to is shared and must not be changed; version and author are not set. */
bool policy_from_stored(struct op *op, const char *text, struct policy *out, struct error *err) NODISCARD;

/* A committed version never changes, so one that was found once needs no statement. False: not kept. What *out points
 * to is shared, or in the op's arena. */
bool policy_recall(struct tx *tx, int64_t version, struct policy *out);
void policy_keep(struct tx *tx, const struct policy *policy); /* as found: with version and author */

#endif
