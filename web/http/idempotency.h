/* Idempotency-Key: a write that is sent again is answered again, not done again. Kept in the store for a day, per
 * caller, method and path, together with a hash of the body. */
#ifndef BONGSU_WEB_IDEMPOTENCY_H
#define BONGSU_WEB_IDEMPOTENCY_H

#include "http/http_internal.h"

/* Claims the key of this request. False: *response is the first answer again, or 409 or 422. */
bool idempotency_step(struct exchange *exchange, struct request *request, struct response *response);
/* Keeps the answer under the claimed key; server faults free it instead. */
void idempotency_keep(struct exchange *exchange, struct request *request, struct response *response);

#endif
