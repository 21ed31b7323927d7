/* Circuit breaker: see breaker.h. */
#include "net/breaker.h"

#include <limits.h>

static void open_it(struct breaker *breaker, int64_t now_ms) {
    *breaker = (struct breaker){ .state = BREAKER_OPEN, .open_until = now_ms + BREAKER_OPEN_MS };
}

int breaker_permits(struct breaker *breaker, int64_t now_ms) {
    if (breaker->state == BREAKER_OPEN && now_ms >= breaker->open_until) {
        *breaker = (struct breaker){ .state = BREAKER_HALF_OPEN };
    }
    if (breaker->state == BREAKER_OPEN) return 0;
    return breaker->state == BREAKER_CLOSED ? INT_MAX : BREAKER_TRIALS - breaker->trials;
}

void breaker_began(struct breaker *breaker) {
    if (breaker->state == BREAKER_HALF_OPEN) breaker->trials++;
}

static void record(struct breaker *breaker, bool bad) {
    if (breaker->count == BREAKER_WINDOW) {
        breaker->bad_count -= breaker->bad[breaker->at] ? 1 : 0;
    } else {
        breaker->count++;
    }
    breaker->bad[breaker->at] = bad;
    breaker->bad_count += bad ? 1 : 0;
    breaker->at = (breaker->at + 1) % BREAKER_WINDOW;
}

void breaker_ended(struct breaker *breaker, bool failed, int64_t took_ms, int64_t now_ms) {
    if (breaker->state == BREAKER_OPEN) return; /* began before it opened: already decided */
    record(breaker, failed || took_ms > BREAKER_SLOW_MS);
    int needed = breaker->state == BREAKER_CLOSED ? BREAKER_WINDOW : BREAKER_TRIALS;
    if (breaker->count < needed) return;
    if (breaker->bad_count * 2 >= needed) open_it(breaker, now_ms);
    else if (breaker->state == BREAKER_HALF_OPEN) *breaker = (struct breaker){ .state = BREAKER_CLOSED };
}
