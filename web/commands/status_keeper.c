/* See status_keeper.h. */
#include "commands/status_keeper.h"

#include "app.h"
#include "base/arena.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/op.h"
#include "base/str.h"
#include "notice/status_export.h"
#include "text/i18n.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <time.h>

enum { LOOK_S = 60, KEEPER_ARENA = 256 * 1024 * 1024 };

struct status_keeper {
    const struct app *app;
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t wake;
    bool changed, stopping; /* under lock */
};

static bool keep(const struct app *app, struct arena *arena, bool always) {
    static const struct actor SYSTEM = { .kind = ACTOR_SYSTEM, .login = "system", .name = "Bongsu" };
    struct op op = { .store = app->store,
                     .arena = arena,
                     .actor = &SYSTEM,
                     .now_ms = clock_now_ms(app->clock),
                     .request_id = "status",
                     .lang = i18n_get("ko") };
    struct error err;
    const struct status_export wanted = { arena_printf(arena, "%s/status", app->data_dir), app->base_url, always };
    if (status_export(&op, &wanted, NULL, &err)) return true;
    log_error("status.export_failed", op.request_id, &err);
    return false;
}

static void *run(void *arg) {
    struct status_keeper *keeper = arg;
    struct arena *arena = arena_new(KEEPER_ARENA);
    bool done = false; /* until then files may be missing */
    pthread_mutex_lock(&keeper->lock);
    while (!keeper->stopping) {
        keeper->changed = false;
        pthread_mutex_unlock(&keeper->lock);
        if (keep(keeper->app, arena, !done)) done = true;
        arena_reset(arena);
        struct timespec until;
        clock_gettime(CLOCK_MONOTONIC, &until);
        until.tv_sec += LOOK_S;
        pthread_mutex_lock(&keeper->lock);
        while (!keeper->stopping && !keeper->changed) {
            if (pthread_cond_timedwait(&keeper->wake, &keeper->lock, &until) == ETIMEDOUT) break;
        }
    }
    pthread_mutex_unlock(&keeper->lock);
    arena_free(arena);
    return NULL;
}

bool status_keeper_start(const struct app *app, struct status_keeper **out, struct error *err) {
    struct status_keeper *keeper = calloc(1, sizeof *keeper);
    pthread_condattr_t attributes;
    REQUIRE(keeper != NULL);
    keeper->app = app;
    pthread_mutex_init(&keeper->lock, NULL);
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(&keeper->wake, &attributes);
    pthread_condattr_destroy(&attributes);
    if (pthread_create(&keeper->thread, NULL, run, keeper) != 0) {
        free(keeper);
        return ERROR(err, ERR_INTERNAL, "status.thread", "no thread for the status page's files");
    }
    *out = keeper;
    return true;
}

void status_keeper_stop(struct status_keeper *keeper) {
    if (keeper == NULL) return;
    pthread_mutex_lock(&keeper->lock);
    keeper->stopping = true;
    pthread_cond_signal(&keeper->wake);
    pthread_mutex_unlock(&keeper->lock);
    pthread_join(keeper->thread, NULL);
    pthread_cond_destroy(&keeper->wake);
    pthread_mutex_destroy(&keeper->lock);
    free(keeper);
}

void status_keeper_wake(struct status_keeper *keeper, const char *topic) {
    bool shown = str_eq(topic, "status") || str_eq(topic, "organisation") || str_eq(topic, "*");
    if (keeper == NULL || !shown) return;
    pthread_mutex_lock(&keeper->lock);
    keeper->changed = true;
    pthread_cond_signal(&keeper->wake);
    pthread_mutex_unlock(&keeper->lock);
}
