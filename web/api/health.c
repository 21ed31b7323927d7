/* /healthz: the process answers. /readyz: it can do its work. /metrics: figures for Prometheus. */
#include "app.h"
#include "base/arena.h"
#include "base/clock.h"
#include "base/json.h"
#include "base/str.h"
#include "http/http_internal.h"
#include "http/live.h"
#include "http/metrics.h"
#include "http/page_cache.h"
#include "ledger/ledger_read.h"
#include "store/db.h"
#include "connect/connector.h"
#include "work/figures.h"
#include "work/scheduler.h"
#include "work/worker.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/statvfs.h>

enum { DISK_LOW_MIB = 256, QUEUE_HIGH = 1000, LATE_S = 300 };

static void healthz(struct request *request, struct response *response) {
    json_t *body = json_obj(request->op->arena);
    json_put_text(body, "status", "pass");
    json_put_text(body, "version", BONGSU_VERSION);
    respond_json(response, 200, body);
    response->content_type = "application/health+json";
    response->cache_control = "no-store";
}

static json_t *check(json_t *checks, const char *name, bool pass, bool *all) {
    json_t *list = json_array();
    json_t *item = json_object();
    json_put_text(item, "status", pass ? "pass" : "fail");
    json_push(list, item);
    json_put(checks, name, list);
    *all &= pass;
    return item;
}

/* Somebody, here or in another process, works off what falls due: nothing is late by minutes. */
static void check_worker(const struct request *request, json_t *checks, bool *ready) {
    int64_t next_ms = INT64_MAX;
    struct error err;
    bool read = scheduler_next(request->op, &next_ms, &err);
    int64_t late_s = next_ms < request->op->now_ms ? (request->op->now_ms - next_ms) / 1000 : 0;
    json_t *item = check(checks, "worker:oldest_due", read && late_s < LATE_S, ready);
    json_put_i64(item, "observedValue", late_s);
    json_put_text(item, "observedUnit", "s");
}

static void readyz(struct request *request, struct response *response) {
    struct store_health health;
    struct statvfs disk;
    bool ready = true;
    store_health(request->app->store, &health);
    json_t *body = json_obj(request->op->arena);
    json_t *checks = json_object();
    json_t *item = check(checks, "database:writable", health.writable, &ready);
    item = check(checks, "database:queue", health.queued_writes < QUEUE_HIGH, &ready);
    json_put_i64(item, "observedValue", health.queued_writes);
    if (statvfs(request->app->data_dir, &disk) == 0) {
        int64_t free_mib = (int64_t)(disk.f_bavail * disk.f_frsize / (1024 * 1024));
        item = check(checks, "disk:free", free_mib >= DISK_LOW_MIB, &ready);
        json_put_i64(item, "observedValue", free_mib);
        json_put_text(item, "observedUnit", "MiB");
    }
    check_worker(request, checks, &ready);
    json_put_text(body, "status", ready ? "pass" : "fail");
    json_put_text(body, "version", BONGSU_VERSION);
    json_put(body, "checks", checks);
    respond_json(response, ready ? 200 : 503, body);
    response->content_type = "application/health+json";
    response->cache_control = "no-store";
}

/* Memory that is the process's own, without files it has mapped: 0 if the kernel does not tell. */
static double anonymous_bytes(void) {
    char line[128];
    long long kib = 0;
    FILE *status = fopen("/proc/self/status", "re");
    while (status != NULL && fgets(line, sizeof line, status) != NULL) {
        if (str_starts(line, "RssAnon:")) kib = strtoll(line + strlen("RssAnon:"), NULL, 10);
    }
    if (status != NULL) fclose(status);
    return (double)kib * 1024;
}

static void write_process(const struct app *app, struct buf *out) {
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    double cpu = (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
                 (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
    metrics_family(out, "process_cpu_seconds_total", "counter", "User and system time.");
    metrics_sample(out, "process_cpu_seconds_total", "", cpu);
    metrics_family(out, "process_resident_memory_bytes", "gauge", "Largest resident size so far.");
    metrics_sample(out, "process_resident_memory_bytes", "", (double)usage.ru_maxrss * 1024);
    metrics_family(out, "process_anonymous_memory_bytes", "gauge", "Memory of its own now, without mapped files.");
    metrics_sample(out, "process_anonymous_memory_bytes", "", anonymous_bytes());
    metrics_family(out, "process_start_time_seconds", "gauge", "Start of the process.");
    metrics_sample(out, "process_start_time_seconds", "", (double)app->started_ms / 1000);
}

static void write_store(const struct app *app, struct buf *out) {
    struct store_health health;
    store_health(app->store, &health);
    metrics_family(out, "bongsu_store_writable", "gauge", "1 if the database takes writes.");
    metrics_sample(out, "bongsu_store_writable", "", health.writable ? 1 : 0);
    metrics_family(out, "bongsu_store_queued_writes", "gauge", "Writes waiting for the writer thread.");
    metrics_sample(out, "bongsu_store_queued_writes", "", (double)health.queued_writes);
    metrics_family(out, "bongsu_store_wal_bytes", "gauge", "Size of SQLite's write-ahead log.");
    metrics_sample(out, "bongsu_store_wal_bytes", "", (double)health.wal_bytes);
    metrics_family(out, "bongsu_store_commits_total", "counter", "Commits.");
    metrics_sample(out, "bongsu_store_commits_total", "", (double)health.commits);
    metrics_family(out, "bongsu_store_transactions_total", "counter", "Transactions, several in one commit.");
    metrics_sample(out, "bongsu_store_transactions_total", "", (double)health.jobs);
}

static void write_readers(const struct request *request, struct buf *out) {
    struct page_cache_figures pages;
    struct live_figures live = { 0 };
    page_cache_figures(request->http->pages, &pages);
    if (request->app->live != NULL) live_figures(request->app->live, &live);
    metrics_family(out, "bongsu_page_cache_requests_total", "counter", "Look-ups in the page cache.");
    metrics_sample(out, "bongsu_page_cache_requests_total", "{result=\"hit\"}", (double)pages.hits);
    metrics_sample(out, "bongsu_page_cache_requests_total", "{result=\"miss\"}", (double)pages.misses);
    metrics_family(out, "bongsu_page_cache_bytes", "gauge", "Memory of cached pages.");
    metrics_sample(out, "bongsu_page_cache_bytes", "", (double)pages.bytes);
    metrics_family(out, "bongsu_live_viewers", "gauge", "Pages that follow live updates.");
    metrics_sample(out, "bongsu_live_viewers", "", (double)live.viewers);
    metrics_family(out, "bongsu_live_events_total", "counter", "Changes told to live viewers.");
    metrics_sample(out, "bongsu_live_events_total", "", (double)live.events);
}

static void write_durations(struct arena *arena, struct buf *out, const char *channel,
                            const struct delivery_figure *figure) {
    static const char NAME[] = "bongsu_delivery_duration_seconds";
    uint64_t total = 0;
    for (size_t i = 0; i <= FIGURE_BUCKETS; i++) {
        const char *bound = i == FIGURE_BUCKETS ? "+Inf" : arena_printf(arena, "%g", figure_bucket(i));
        total += figure->buckets[i];
        metrics_sample(out, arena_printf(arena, "%s_bucket", NAME),
                       arena_printf(arena, "{channel=\"%s\",le=\"%s\"}", channel, bound), (double)total);
    }
    const char *labels = arena_printf(arena, "{channel=\"%s\"}", channel);
    metrics_sample(out, arena_printf(arena, "%s_sum", NAME), labels, (double)figure->took_ms / 1000);
    metrics_sample(out, arena_printf(arena, "%s_count", NAME), labels, (double)total);
}

static bool read_channels(struct tx *tx, void *arg, struct error *err) {
    return outbox_channels(tx, arg, err);
}

static void write_deliveries(const struct request *request, struct buf *out) {
    static const struct {
        const char *name, *help;
    } FAMILIES[] = { { "bongsu_delivery_queue_depth", "Messages waiting to be delivered." },
                     { "bongsu_delivery_oldest_seconds", "How late the oldest waiting message is." },
                     { "bongsu_delivery_failed", "Messages that could not be delivered and wait for somebody." } };
    struct outbox_channels channels = { 0 };
    struct error err;
    if (!store_read(request->op, read_channels, &channels, &err)) return; /* /readyz says that the database is gone */
    for (size_t family = 0; family < sizeof FAMILIES / sizeof *FAMILIES; family++) {
        if (channels.count == 0) break;
        metrics_family(out, FAMILIES[family].name, "gauge", FAMILIES[family].help);
        for (size_t i = 0; i < channels.count; i++) {
            const struct outbox_channel *one = &channels.list[i];
            const double values[] = { (double)one->ready, (double)one->late_ms / 1000, (double)one->dead };
            const char *labels = arena_printf(request->op->arena, "{channel=\"%s\"}", one->connector);
            metrics_sample(out, FAMILIES[family].name, labels, values[family]);
        }
    }
}

/* What came of calls, and how long they took: every kind from the start, with zeroes. */
static void write_calls(const struct request *request, struct buf *out) {
    static const char SECONDS[] = "bongsu_delivery_duration_seconds";
    struct delivery_figures figures;
    struct arena *arena = request->op->arena;
    if (request->app->worker == NULL) return;
    worker_figures(request->app->worker, &figures);
    metrics_family(out, "bongsu_deliveries_total", "counter", "Calls to destinations, by what came of them.");
    for (size_t i = 0; CONNECTORS[i] != NULL; i++) {
        for (int result = 0; result < FIGURE_RESULT_COUNT; result++) {
            const char *labels = arena_printf(arena, "{channel=\"%s\",result=\"%s\"}", CONNECTORS[i]->name,
                                              figure_result_name((enum figure_result)result));
            metrics_sample(out, "bongsu_deliveries_total", labels, (double)figures.kinds[i].results[result]);
        }
    }
    metrics_family(out, SECONDS, "histogram", "How long calls to destinations take.");
    for (size_t i = 0; CONNECTORS[i] != NULL; i++) write_durations(arena, out, CONNECTORS[i]->name, &figures.kinds[i]);
}

/* Without the proxy's mapping there is no stream at this address: 204 tells EventSource not to try again. */
static void live_elsewhere(struct request *request, struct response *response) {
    (void)request;
    response->status = 204;
}

static void metrics(struct request *request, struct response *response) {
    struct buf *out = &response->body;
    response->status = 200;
    response->content_type = "text/plain; version=0.0.4; charset=utf-8";
    response->cache_control = "no-store";
    metrics_family(out, "bongsu_build_info", "gauge", "Version of the program.");
    metrics_sample(out, "bongsu_build_info", "{version=\"" BONGSU_VERSION "\"}", 1);
    write_process(request->app, out);
    write_store(request->app, out);
    write_readers(request, out);
    write_deliveries(request, out);
    write_calls(request, out);
    metrics_write(request->http->metrics, out);
}

static const struct route ROUTES[] = {
    { HTTP_GET, "/healthz", healthz, PERM_PUBLIC, CSRF_SAFE, BODY_NONE, RATE_PUBLIC },
    { HTTP_GET, "/readyz", readyz, PERM_PUBLIC, CSRF_SAFE, BODY_NONE, RATE_PUBLIC },
    { HTTP_GET, "/live", live_elsewhere, PERM_PUBLIC, CSRF_SAFE, BODY_NONE, RATE_PUBLIC },
    { HTTP_GET, "/metrics", metrics, PERM_PUBLIC, CSRF_SAFE, BODY_NONE, RATE_PUBLIC },
};
const struct route_table HEALTH_ROUTES = ROUTE_TABLE(ROUTES);
