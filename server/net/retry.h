/* When to try again: one rule for all deliveries (R-G3). */
#ifndef BONGSU_NET_RETRY_H
#define BONGSU_NET_RETRY_H

#include <stdint.h>

enum { RETRY_CAP_MS = 300 * 1000, RETRY_AFTER_CAP_MS = 3600 * 1000 };

/* 1 s, 2 s, 4 s … 300 s by the number of attempts made, with full jitter: a random part of it, so that a peer that
 * comes back is not met by everyone at once. */
int64_t retry_backoff_ms(int64_t attempts);

/* The largest value retry_backoff_ms can give. */
int64_t retry_ceiling_ms(int64_t attempts);

/* "120" or "Fri, 31 Dec 2027 23:59:59 GMT" as a wait from now, at most one hour; -1 for NULL and nonsense. */
int64_t retry_after_ms(const char *value, int64_t now_ms);

#endif
