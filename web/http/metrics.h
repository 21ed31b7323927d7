/* Metrics of the HTTP layer, counted without locks, written in Prometheus' text format with those of other rooms. */
#ifndef BONGSU_WEB_METRICS_H
#define BONGSU_WEB_METRICS_H

#include "http/http.h"

struct metrics;
struct router;

struct metrics *metrics_new(const struct router *router);
void metrics_free(struct metrics *metrics);

void metrics_begin(struct metrics *metrics);
void metrics_end(struct metrics *metrics, size_t route_index, int status, int64_t ms);
int64_t metrics_in_flight(const struct metrics *metrics);

/* One family's head, then its samples. value is written with its labels: `{a="b"}`, "" without. */
void metrics_family(struct buf *out, const char *name, const char *type, const char *help);
void metrics_sample(struct buf *out, const char *name, const char *labels, double value);
void metrics_write(const struct metrics *metrics, struct buf *out);

#endif
