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

/* What came by hooks, by sender and what became of it; and requests whose sender could not be believed. */
enum hook_source {
    HOOK_ALERTMANAGER,
    HOOK_GRAFANA,
    HOOK_PAGERDUTY,
    HOOK_GENERIC,
    HOOK_HEARTBEAT,
    HOOK_ALERT_SOURCES, /* so many bring alerts */
    HOOK_SLACK = HOOK_ALERT_SOURCES,
    HOOK_JIRA,
    HOOK_SOURCE_COUNT
};
enum hook_result { HOOK_ACCEPTED, HOOK_MALFORMED, HOOK_RESULT_COUNT };
void metrics_hook(struct metrics *metrics, enum hook_source source, enum hook_result result, size_t count);
void metrics_hook_forged(struct metrics *metrics, enum hook_source source);

/* One family's head, then its samples. value is written with its labels: `{a="b"}`, "" without. */
void metrics_family(struct buf *out, const char *name, const char *type, const char *help);
void metrics_sample(struct buf *out, const char *name, const char *labels, double value);
void metrics_write(const struct metrics *metrics, struct buf *out);

#endif
