/* bongsu serve: migrates, then runs web, worker and live updates in one process until SIGTERM or SIGINT. */
#include "app.h"
#include "base/arena.h"
#include "base/clock.h"
#include "base/id.h"
#include "base/log.h"
#include "base/secret.h"
#include "base/str.h"
#include "command.h"
#include "commands/commands.h"
#include "commands/notify.h"
#include "commands/running.h"
#include "connect/slack_desk.h"
#include "commands/status_keeper.h"
#include "http/live.h"
#include "http/server.h"
#include "ledger/personal.h"
#include "pages/frame.h"
#include "policy/setup.h"
#include "routes.h"
#include "store/db.h"
#include "text/i18n.h"
#include "view/template.h"
#include "work/worker.h"

#include <stdio.h>
#include <string.h>

struct serving {
    struct command_run *run;
    struct command_store store;
    struct app app;
    struct http_settings http;
    struct server *server;
    struct status_keeper *status; /* NULL with --no-worker */
};

static bool on_loopback(const char *listen) {
    return str_starts(listen, "127.") || str_starts(listen, "localhost:");
}

static bool read_settings(struct serving *serving, struct error *err) {
    const struct settings *settings = serving->run->settings;
    struct http_settings *http = &serving->http;
    http->listen = settings->listen;
    http->base_url = settings->base_url;
    http->base_url_given = settings->base_url_given;
    http->hosts = settings->hosts;
    http->page_frame = page_frame;
    http->routes = ROUTE_LIST;
    http->route_count = ROUTE_LIST_COUNT;
    http->trusted_proxies = settings->trusted_proxies;
    http->rate_limits = !str_eq(settings->rate_limit, "off");
    http->access_log = str_eq(settings->access_log, "off")       ? ACCESS_NONE
                       : str_eq(settings->access_log, "changes") ? ACCESS_CHANGES
                                                                 : ACCESS_ALL;
    if (settings->test_clock != NULL && !on_loopback(settings->listen)) {
        return ERROR(err, ERR_INVALID, "settings.test_clock", "--test-clock is for loopback listeners only, not %s",
                     settings->listen);
    }
    return settings_number("workers", settings->workers, 4, 1024, &http->workers, err) &&
           settings_number("keep-alive-ms", settings->keep_alive_ms, 100, 120000, &http->keep_alive_ms, err) &&
           settings_number("request-ms", settings->request_ms, 500, 60000, &http->request_ms, err) &&
           settings_number("body-ms", settings->body_ms, 500, 300000, &http->body_ms, err);
}

static bool open_store(struct serving *serving, struct error *err) {
    const struct store_options options = { .database = serving->run->settings->database,
                                           .readers = serving->http.workers + 4,
                                           .writers = 16 };
    return running_open(serving->run, &options, &serving->store, err);
}

static bool prepare(struct serving *serving, struct error *err) {
    const struct settings *settings = serving->run->settings;
    struct app *app = &serving->app;
    bool needed = false;
    if (!template_load_all(false, err) || !open_store(serving, err)) return false;
    if (!setup_prepare(&serving->store.op, settings->policy, &needed, err)) return false;
    app->store = serving->store.store;
    app->clock = settings->test_clock != NULL ? clock_new_set(serving->store.op.now_ms) : clock_new_real();
    app->data_dir = settings->data;
    app->base_url = settings->base_url;
    app->preset = settings->policy;
    if (!portal_put(&serving->store.op, app->base_url, err)) return false; /* for links in messages */
    app->test_clock = settings->test_clock != NULL;
    app->started_ms = serving->store.op.now_ms;
    if (needed) secret_token(app->setup_token);
    return true;
}

/* After every commit, on the writer's thread. */
static void on_change(void *arg, const char *topic) {
    const struct serving *serving = arg;
    const struct app *app = &serving->app;
    if (app->worker != NULL) worker_wake(app->worker, topic);
    if (app->live != NULL) live_publish(app->live, topic);
    status_keeper_wake(serving->status, topic);
}

static bool start(struct serving *serving, struct error *err) {
    const struct settings *settings = serving->run->settings;
    struct app *app = &serving->app;
    if (settings->no_worker == NULL && !running_worker(serving->run, &serving->store, app->clock, &app->worker, err))
        return false;
    const struct slack_desk_options slack = { .store = app->store, .clock = app->clock, .portal = app->base_url };
    if (!slack_desk_start(&slack, &app->slack, err)) return false;
    if (!server_start(app, &serving->http, &serving->server, err)) return false;
    bool live = !str_eq(settings->live_listen, "off");
    if (live && !live_start(server_http(serving->server), settings->live_listen, &app->live, err)) return false;
    if (settings->no_worker == NULL && !status_keeper_start(app, &serving->status, err)) return false;
    store_listen(app->store, on_change, serving);
    return true;
}

static void announce(const struct serving *serving) {
    const struct settings *settings = serving->run->settings;
    printf("bongsu %s on %s\n", BONGSU_VERSION,
           settings->base_url_given ? settings->base_url
                                    : arena_printf(serving->run->arena, "http://%s", settings->listen));
    if (serving->app.setup_token[0] != '\0')
        printf("set-up token: %s (open %s/setup)\n", serving->app.setup_token, settings->base_url);
    if (serving->app.test_clock) printf("the clock stands still: --test-clock is for tests and drills\n");
    fflush(stdout);
}

static void close_all(struct serving *serving) {
    if (serving->app.store != NULL) store_listen(serving->app.store, NULL, NULL);
    status_keeper_stop(serving->status);
    live_stop(serving->app.live);
    server_stop(serving->server);
    slack_desk_stop(serving->app.slack);
    worker_stop(serving->app.worker);
    if (serving->store.store != NULL) command_close(&serving->store);
    clock_free(serving->app.clock);
}

int command_serve(struct command_run *run) {
    struct serving serving = { .run = run };
    struct error err;
    bool only_check = command_flag(run, "--check-config");
    if (run->argc > 1) return command_usage(run, arena_printf(run->arena, "cannot use '%s'", run->argv[1]));
    if (!read_settings(&serving, &err)) {
        command_fail(run, NULL, &err);
        return EXIT_CONFIG;
    }
    if (only_check) {
        settings_print(run->arena, run->settings);
        return EXIT_FINE;
    }
    running_block_signals();
    if (!prepare(&serving, &err) || !start(&serving, &err)) {
        int code = command_fail(run, &serving.store.op, &err);
        close_all(&serving);
        return code;
    }
    announce(&serving);
    notify_systemd("READY=1\n");
    running_wait(run, serving.store.store);
    notify_systemd("STOPPING=1\n");
    close_all(&serving);
    return EXIT_FINE;
}
