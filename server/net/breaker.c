/* Circuit breaker: see breaker.h. */
#include "net/breaker.h"

#include <limits.h>
#include <string.h>

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

/* --- as words --- */

static const char *const NAMES[] = { "closed", "open", "half_open" };

const char *breaker_state_name(enum breaker_state state) {
    return NAMES[state];
}

bool breaker_is_well(const struct breaker *breaker) {
    return breaker->state == BREAKER_CLOSED && breaker->bad_count == 0;
}

void breaker_recent(const struct breaker *breaker, char out[BREAKER_WINDOW + 1]) {
    for (int i = 0; i < breaker->count; i++) {
        int at = (breaker->at + BREAKER_WINDOW - breaker->count + i) % BREAKER_WINDOW;
        out[i] = breaker->bad[at] ? 'x' : '.';
    }
    out[breaker->count] = '\0';
}

struct breaker breaker_restore(const char *state, int64_t open_until, const char *recent) {
    struct breaker breaker = { .state = BREAKER_CLOSED };
    for (int i = BREAKER_OPEN; i <= BREAKER_HALF_OPEN; i++) {
        if (strcmp(NAMES[i], state) == 0) breaker.state = (enum breaker_state)i;
    }
    if (breaker.state == BREAKER_OPEN) {
        breaker.open_until = open_until;
        return breaker;
    }
    int needed = breaker.state == BREAKER_CLOSED ? BREAKER_WINDOW : BREAKER_TRIALS - 1;
    for (int i = 0; recent[i] != '\0' && i < needed; i++) record(&breaker, recent[i] == 'x');
    breaker.trials = breaker.state == BREAKER_HALF_OPEN ? breaker.count : 0;
    return breaker;
}
