/* Figures of deliveries: see figures.h. */
#include "work/figures.h"

#include "work/delivery.h"

static const int64_t BOUNDS_MS[FIGURE_BUCKETS] = { 50, 100, 250, 500, 1000, 2000, 5000, 10000, 15000, 30000 };

const char *figure_result_name(enum figure_result result) {
    static const char *const NAMES[FIGURE_RESULT_COUNT] = { "sent", "retry", "dead" };
    return NAMES[result];
}

double figure_bucket(size_t i) {
    return (double)BOUNDS_MS[i] / 1000;
}

void figures_count(struct delivery_figures *figures, size_t kind, const struct delivered *delivered) {
    if (kind >= FIGURE_KINDS_MAX) return;
    struct delivery_figure *figure = &figures->kinds[kind];
    size_t bucket = 0;
    enum figure_result result = !delivered->final                         ? FIGURE_RETRY
                                : delivered->outcome.kind == OUTCOME_SENT ? FIGURE_SENT
                                                                          : FIGURE_DEAD;
    while (bucket < FIGURE_BUCKETS && delivered->took_ms > BOUNDS_MS[bucket]) bucket++;
    figure->results[result]++;
    figure->buckets[bucket]++;
    figure->took_ms += delivered->took_ms;
}
