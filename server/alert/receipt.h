/* Receipts: the last requests of each sender and what became of them, so that whoever sets a sender up sees why it is
 * or is not heard. A fixed number is kept for each. */
#ifndef BONGSU_ALERT_RECEIPT_H
#define BONGSU_ALERT_RECEIPT_H

#include "alert/alert.h"

enum { RECEIPTS_KEPT = 50 };

struct receipt {
    int64_t number, at;
    const char *reason; /* NULL: taken; else a word of RECEIPT_REASONS */
    const char *detail; /* which fields, for people; may be NULL */
    int64_t accepted, malformed, hidden;
    struct alert_result result;
};
/* Why a request is refused: credentials, secret, doubled, signature, timestamp, late, unreadable, fields, too_large. */
extern const char *const RECEIPT_REASONS[]; /* ended by NULL */

struct receipt_list {
    struct receipt *items; /* newest first */
    size_t count;
};
/* PERM_ADMIN */
bool receipt_list(struct op *op, int64_t integration_id, struct receipt_list *out, struct error *err) NODISCARD;
json_t *receipt_json(struct op *op, const struct receipt *receipt);

/* Counts the request on its integration and keeps it. */
bool receipt_add(struct tx *tx, int64_t integration_id, const struct receipt *receipt, struct error *err) NODISCARD;
/* A refused request, in a transaction of its own. reason: a word of RECEIPT_REASONS. */
bool receipt_refuse(struct op *op, int64_t integration_id, const char *reason, const char *detail,
                    struct error *err) NODISCARD;

#endif
