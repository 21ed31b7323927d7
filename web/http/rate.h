/* Rate limits: one token bucket per class and caller (session, token or address). They stop a runaway script or a
 * password guesser, not a busy response team. Approximate on purpose: a fixed table, oldest entries give way. */
#ifndef BONGSU_WEB_RATE_H
#define BONGSU_WEB_RATE_H

#include "http/http.h"

struct rate;

struct rate *rate_new(void); /* caches of this process only; every node counts for itself */
void rate_free(struct rate *rate);

/* 0: go on. Otherwise the number of seconds after which it is worth asking again. */
int rate_take(struct rate *rate, enum route_rate class, const char *caller, int64_t monotonic_ms);

#endif
