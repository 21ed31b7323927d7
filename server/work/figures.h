/* Figures of deliveries since the program started, for /metrics: by kind of destination, what came of each call and
 * how long it took. The worker locks them. */
#ifndef BONGSU_WORK_FIGURES_H
#define BONGSU_WORK_FIGURES_H

#include <stddef.h>
#include <stdint.h>

struct delivered;

enum { FIGURE_KINDS_MAX = 16, FIGURE_BUCKETS = 10 };
enum figure_result { FIGURE_SENT, FIGURE_RETRY, FIGURE_DEAD, FIGURE_RESULT_COUNT };
const char *figure_result_name(enum figure_result result); /* "sent" "retry" "dead" */
double figure_bucket(size_t i); /* upper bound in seconds */

struct delivery_figures {
    struct delivery_figure {
        uint64_t results[FIGURE_RESULT_COUNT];
        uint64_t buckets[FIGURE_BUCKETS + 1]; /* the last: longer than every bound */
        int64_t took_ms; /* together */
    } kinds[FIGURE_KINDS_MAX]; /* in the order of CONNECTORS */
};
/* Of a worker's table of connectors; those it does not list are not counted. */
void figures_count(struct delivery_figures *figures, size_t kind, const struct delivered *delivered);

#endif
