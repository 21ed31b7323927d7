/* Metrics: see metrics.h. */
#include "http/metrics.h"

#include "base/require.h"
#include "http/router.h"

#include <stdatomic.h>
#include <stdlib.h>

static const int STATUSES[] = { 200, 201, 202, 204, 303, 304, 308, 400, 401, 403, 404, 405, 409,
                                411, 413, 415, 417, 421, 422, 429, 431, 500, 501, 502, 503, 505 };
static const int64_t BUCKETS_MS[] = { 1, 2, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 10000 };
enum {
    STATUS_COUNT = sizeof STATUSES / sizeof *STATUSES,
    BUCKET_COUNT = sizeof BUCKETS_MS / sizeof *BUCKETS_MS,
    CLASS_COUNT = RATE_UPLOAD + 1
};

struct route_metrics {
    _Atomic uint64_t by_status[STATUS_COUNT + 1]; /* the last counts every other status */
};

struct class_metrics {
    _Atomic uint64_t buckets[BUCKET_COUNT + 1];
    _Atomic uint64_t sum_ms;
};

struct metrics {
    const struct router *router;
    size_t count; /* of routes; routes[count] is "no route" */
    _Atomic int64_t in_flight;
    struct class_metrics classes[CLASS_COUNT];
    _Atomic uint64_t hooks[HOOK_SOURCE_COUNT][HOOK_RESULT_COUNT];
    _Atomic uint64_t forged[HOOK_SOURCE_COUNT];
    struct route_metrics routes[];
};

struct metrics *metrics_new(const struct router *router) {
    size_t count = router_count(router);
    struct metrics *metrics = calloc(1, sizeof *metrics + (count + 1) * sizeof metrics->routes[0]);
    REQUIRE(metrics != NULL);
    metrics->router = router;
    metrics->count = count;
    return metrics;
}

void metrics_free(struct metrics *metrics) {
    free(metrics);
}

void metrics_begin(struct metrics *metrics) {
    atomic_fetch_add_explicit(&metrics->in_flight, 1, memory_order_relaxed);
}

int64_t metrics_in_flight(const struct metrics *metrics) {
    return atomic_load(&metrics->in_flight);
}

void metrics_end(struct metrics *metrics, size_t route_index, int status, int64_t ms) {
    size_t route = route_index > metrics->count ? metrics->count : route_index;
    size_t at = 0;
    while (at < STATUS_COUNT && STATUSES[at] != status) at++;
    atomic_fetch_add_explicit(&metrics->routes[route].by_status[at], 1, memory_order_relaxed);
    enum route_rate class = route == metrics->count ? RATE_PUBLIC : router_at(metrics->router, route)->rate;
    size_t bucket = 0;
    while (bucket < BUCKET_COUNT && ms > BUCKETS_MS[bucket]) bucket++;
    atomic_fetch_add_explicit(&metrics->classes[class].buckets[bucket], 1, memory_order_relaxed);
    atomic_fetch_add_explicit(&metrics->classes[class].sum_ms, (uint64_t)ms, memory_order_relaxed);
    atomic_fetch_sub_explicit(&metrics->in_flight, 1, memory_order_relaxed);
}

void metrics_family(struct buf *out, const char *name, const char *type, const char *help) {
    buf_printf(out, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
}

void metrics_sample(struct buf *out, const char *name, const char *labels, double value) {
    buf_printf(out, "%s%s %.15g\n", name, labels, value);
}

void metrics_hook(struct metrics *metrics, enum hook_source source, enum hook_result result, size_t count) {
    atomic_fetch_add_explicit(&metrics->hooks[source][result], count, memory_order_relaxed);
}

void metrics_hook_forged(struct metrics *metrics, enum hook_source source) {
    atomic_fetch_add_explicit(&metrics->forged[source], 1, memory_order_relaxed);
}

/* Every combination stands there from the start, so that a rule on its rate sees the first one. */
static void write_hooks(const struct metrics *metrics, struct buf *out) {
    static const char *const SOURCES[] = { "alertmanager", "grafana", "pagerduty", "generic",
                                           "heartbeat",    "slack",   "jira" };
    static const char *const RESULTS[] = { "accepted", "malformed" };
    metrics_family(out, "bongsu_alerts_received_total", "counter", "Alerts of requests, well-formed or not.");
    for (int source = 0; source < HOOK_ALERT_SOURCES; source++) {
        for (int result = 0; result < HOOK_RESULT_COUNT; result++) {
            buf_printf(out, "bongsu_alerts_received_total{source=\"%s\",result=\"%s\"} %llu\n", SOURCES[source],
                       RESULTS[result], (unsigned long long)atomic_load(&metrics->hooks[source][result]));
        }
    }
    metrics_family(out, "bongsu_signature_failures_total", "counter",
                   "Hook requests with a wrong secret or signature.");
    for (int source = 0; source < HOOK_SOURCE_COUNT; source++) {
        buf_printf(out, "bongsu_signature_failures_total{source=\"%s\"} %llu\n", SOURCES[source],
                   (unsigned long long)atomic_load(&metrics->forged[source]));
    }
}

static void write_requests(const struct metrics *metrics, struct buf *out) {
    metrics_family(out, "bongsu_http_requests_total", "counter", "Requests answered, by route and status.");
    for (size_t i = 0; i <= metrics->count; i++) {
        const struct route *route = i < metrics->count ? router_at(metrics->router, i) : NULL;
        for (size_t j = 0; j <= STATUS_COUNT; j++) {
            uint64_t count = atomic_load(&metrics->routes[i].by_status[j]);
            if (count == 0 && !(j == 0 && route != NULL)) continue;
            char code[8] = "other";
            if (j < STATUS_COUNT) snprintf(code, sizeof code, "%d", STATUSES[j]);
            buf_printf(out, "bongsu_http_requests_total{method=\"%s\",route=\"%s\",code=\"%s\"} %llu\n",
                       route == NULL ? "" : http_method_name(route->method), route == NULL ? "" : route->pattern, code,
                       (unsigned long long)count);
        }
    }
}

static void write_durations(const struct metrics *metrics, struct buf *out) {
    static const char NAME[] = "bongsu_http_request_duration_seconds";
    metrics_family(out, NAME, "histogram", "Time from the request head to the whole answer, by class of route.");
    for (int class = RATE_PAGE; class < CLASS_COUNT; class ++) {
        const struct class_metrics *one = &metrics->classes[class];
        const char *name = route_rate_name((enum route_rate) class);
        uint64_t total = 0;
        for (size_t i = 0; i < BUCKET_COUNT; i++) {
            total += atomic_load(&one->buckets[i]);
            buf_printf(out, "%s_bucket{class=\"%s\",le=\"%g\"} %llu\n", NAME, name, (double)BUCKETS_MS[i] / 1000,
                       (unsigned long long)total);
        }
        total += atomic_load(&one->buckets[BUCKET_COUNT]);
        buf_printf(out, "%s_bucket{class=\"%s\",le=\"+Inf\"} %llu\n", NAME, name, (unsigned long long)total);
        buf_printf(out, "%s_sum{class=\"%s\"} %.15g\n", NAME, name, (double)atomic_load(&one->sum_ms) / 1000);
        buf_printf(out, "%s_count{class=\"%s\"} %llu\n", NAME, name, (unsigned long long)total);
    }
}

void metrics_write(const struct metrics *metrics, struct buf *out) {
    write_hooks(metrics, out);
    write_requests(metrics, out);
    write_durations(metrics, out);
    metrics_family(out, "bongsu_http_requests_in_flight", "gauge", "Requests being answered now.");
    metrics_sample(out, "bongsu_http_requests_in_flight", "", (double)metrics_in_flight(metrics));
}
