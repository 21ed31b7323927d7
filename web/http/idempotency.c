/* Idempotency-Key: see idempotency.h. */
#include "http/idempotency.h"

bool idempotency_step(struct exchange *exchange, struct request *request, struct response *response) {
    (void)exchange;
    (void)request;
    (void)response;
    return true;
}

void idempotency_keep(struct exchange *exchange, struct request *request, struct response *response) {
    (void)exchange;
    (void)request;
    (void)response;
}
