/* Circuit breaker of one destination (001 ex. 2): when half of the last ten calls failed or took longer than two
 * seconds, nothing is sent for thirty seconds; then five trial calls decide. A value: the owner locks it. */
#ifndef BONGSU_NET_BREAKER_H
#define BONGSU_NET_BREAKER_H

#include <stdbool.h>
#include <stdint.h>

enum { BREAKER_WINDOW = 10, BREAKER_TRIALS = 5, BREAKER_OPEN_MS = 30 * 1000, BREAKER_SLOW_MS = 2000 };

enum breaker_state { BREAKER_CLOSED, BREAKER_OPEN, BREAKER_HALF_OPEN };

struct breaker {
    enum breaker_state state;
    bool bad[BREAKER_WINDOW]; /* a ring, when closed */
    int at, count, bad_count; /* half open: count and bad_count of the trials that came back */
    int trials; /* half open: trial calls given out */
    int64_t open_until;
};

/* How many calls may start now; an open breaker whose time is over becomes half open. */
int breaker_permits(struct breaker *breaker, int64_t now_ms);
/* A call starts (the caller asked breaker_permits). */
void breaker_began(struct breaker *breaker);
/* …and ended. took_ms by a monotonic clock. */
void breaker_ended(struct breaker *breaker, bool failed, int64_t took_ms, int64_t now_ms);

/* --- as words, for keeping and showing --- */
const char *breaker_state_name(enum breaker_state state); /* "closed" "open" "half_open" */
bool breaker_is_well(const struct breaker *breaker); /* closed, and nothing bad of late */
void breaker_recent(const struct breaker *breaker, char out[BREAKER_WINDOW + 1]); /* ".x" oldest first */
/* From those words; anything odd is a closed one. Trials that were under way are given out again. */
struct breaker breaker_restore(const char *state, int64_t open_until, const char *recent);

#endif
