/* Clock: see clock.h. */
#include "base/clock.h"

#include "base/require.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <time.h>

struct clock {
    bool settable;
    _Atomic int64_t now_ms;
};

static int64_t read_ms(clockid_t which) {
    struct timespec now;
    REQUIRE(clock_gettime(which, &now) == 0);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

struct clock *clock_new_real(void) {
    struct clock *clock = calloc(1, sizeof *clock);
    REQUIRE(clock != NULL);
    return clock;
}

struct clock *clock_new_set(int64_t now_ms) {
    struct clock *clock = clock_new_real();
    clock->settable = true;
    atomic_store(&clock->now_ms, now_ms);
    return clock;
}

void clock_free(struct clock *clock) {
    free(clock);
}

int64_t clock_now_ms(const struct clock *clock) {
    return clock->settable ? atomic_load(&clock->now_ms) : read_ms(CLOCK_REALTIME);
}

bool clock_is_settable(const struct clock *clock) {
    return clock->settable;
}

void clock_set_ms(struct clock *clock, int64_t now_ms) {
    REQUIRE(clock->settable);
    atomic_store(&clock->now_ms, now_ms);
}

int64_t clock_monotonic_ms(void) {
    return read_ms(CLOCK_MONOTONIC);
}
