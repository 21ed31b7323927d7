/* Clock: the only place where the product learns what time it is. Real, or settable for tests and drills.
 * Instants are UTC milliseconds since 1970. Domain code never calls this: it reads op->now_ms. */
#ifndef BONGSU_BASE_CLOCK_H
#define BONGSU_BASE_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

struct clock; /* opaque, thread-safe */

struct clock *clock_new_real(void);
struct clock *clock_new_set(int64_t now_ms); /* stands still until moved */
void clock_free(struct clock *clock);

int64_t clock_now_ms(const struct clock *clock);
bool clock_is_settable(const struct clock *clock);
void clock_set_ms(struct clock *clock, int64_t now_ms); /* settable clocks only */

/* For deadlines and durations of our own work, never for facts; unaffected by clock_set_ms. */
int64_t clock_monotonic_ms(void);

#endif
