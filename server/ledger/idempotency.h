/* Idempotency keys: the first answer to a write is kept for a day, so that the same write sent again is answered
 * again instead of done again. Scope: who, method and path. */
#ifndef BONGSU_LEDGER_IDEMPOTENCY_H
#define BONGSU_LEDGER_IDEMPOTENCY_H

#include "store/db.h"

struct idempotency_claim {
    const char *scope, *key;
    const char *body_hash;
};

struct idempotency_answer {
    int64_t status;
    const char *body, *location; /* location may be NULL */
};

/* *answered false: the key is ours now, and must be finished or dropped. true: *out is the first answer.
 * ERR_CONFLICT `idempotency.running`: the first call has not answered. After a crash nobody knows whether it was
 * done, so that answer stays until the key is forgotten: a second incident would be worse than a question.
 * ERR_INVALID `idempotency.other_body`. */
bool idempotency_begin(struct op *op, const struct idempotency_claim *claim, bool *answered,
                       struct idempotency_answer *out, struct error *err) NODISCARD;
bool idempotency_finish(struct op *op, const struct idempotency_claim *claim, const struct idempotency_answer *answer,
                        struct error *err) NODISCARD;
bool idempotency_drop(struct op *op, const struct idempotency_claim *claim, struct error *err) NODISCARD;

#endif
