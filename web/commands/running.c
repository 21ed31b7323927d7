/* See running.h. */
#include "commands/running.h"

#include "base/arena.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/seal.h"
#include "base/str.h"
#include "commands/notify.h"
#include "insight/quarter.h"
#include "policy/organisation.h"
#include "store/db.h"
#include "text/i18n.h"
#include "work/worker.h"

#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <time.h>

enum { TRIM_MS = 30000 };

static void wanted_signals(sigset_t *out) {
    sigemptyset(out);
    sigaddset(out, SIGTERM);
    sigaddset(out, SIGINT);
    sigaddset(out, SIGHUP);
}

void running_block_signals(void) {
    sigset_t wanted;
    wanted_signals(&wanted);
    pthread_sigmask(SIG_BLOCK, &wanted, NULL);
}

/* Half of what systemd waits for; without a watchdog once a minute, for nothing. */
static struct timespec watch_interval(void) {
    int64_t usec = 0;
    const char *given = getenv("WATCHDOG_USEC");
    if (given == NULL || !str_to_i64(given, &usec) || usec < 2000) return (struct timespec){ .tv_sec = 60 };
    return (struct timespec){ .tv_sec = usec / 2000000, .tv_nsec = usec / 2 % 1000000 * 1000 };
}

/* A writer that has work and has done none since the last look is stuck: then silence, and systemd starts us anew. */
static bool makes_progress(struct store *store, int64_t *jobs) {
    struct store_health health;
    store_health(store, &health);
    bool moves = health.queued_writes == 0 || health.jobs != *jobs;
    *jobs = health.jobs;
    return moves;
}

static void read_again(struct command_run *run) {
    struct settings settings;
    struct error err = { 0 };
    struct arena *arena = arena_new(ARENA_REQUEST_CAP);
    int argc = run->given_count;
    char **argv = ARENA_ARRAY(arena, (size_t)argc + 1, char *);
    for (int i = 0; i < argc; i++) argv[i] = run->given[i];
    if (!settings_read(arena, &argc, argv, &settings, &err) || !command_log_level(settings.log_level)) {
        log_event(LOG_ERROR, "settings refused", "detail", err.kind == ERR_NONE ? settings.log_level : err.detail,
                  NULL);
    } else {
        log_event(LOG_INFO, "settings read again", "log_level", settings.log_level, "waiting_for_restart",
                  settings_difference(arena, run->settings, &settings), NULL);
    }
    arena_free(arena);
}

/* Once a minute, pages of memory that hold nothing any more go back to the system: after a load a fifth of it. */
static void trim(int64_t *next_ms) {
    int64_t now_ms = clock_monotonic_ms();
    if (now_ms < *next_ms) return;
    malloc_trim(0);
    *next_ms = now_ms + TRIM_MS;
}

void running_wait(struct command_run *run, struct store *store) {
    const struct timespec interval = watch_interval();
    int64_t jobs = -1, trim_ms = 0;
    sigset_t wanted;
    int received;
    wanted_signals(&wanted);
    do {
        received = sigtimedwait(&wanted, NULL, &interval);
        if (received == SIGHUP) read_again(run);
        if (makes_progress(store, &jobs)) notify_systemd("WATCHDOG=1\n");
        trim(&trim_ms);
    } while (received != SIGTERM && received != SIGINT);
    log_event(LOG_INFO, "stopping", "signal", received == SIGTERM ? "TERM" : "INT", NULL);
    signal(SIGTERM, SIG_DFL);
    signal(SIGINT, SIG_DFL);
    pthread_sigmask(SIG_UNBLOCK, &wanted, NULL);
}

bool running_open(struct command_run *run, const struct store_options *options, struct command_store *out,
                  struct error *err) {
    if (!command_data_folder(run, err) || !seal_start(run->settings->data, err) || !command_open(run, out, err)) {
        return false;
    }
    store_close(out->store);
    out->store = NULL;
    if (!store_open(options, &out->store, err)) return false;
    out->op.store = out->store;
    return true;
}

/* The lock is on the file and ends with the process, however that ends. It is never closed: that would take the locks
 * of SQLite along. */
static bool lock_database(const struct command_run *run, const struct store *store, struct error *err) {
    if (store_engine(store) != STORE_SQLITE) return true;
    const char *path = run->settings->database;
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0) return ERROR(err, ERR_INTERNAL, "store.open", "%s: %s", path, strerror(errno));
    return flock(file, LOCK_EX | LOCK_NB) == 0 || ERROR(err, ERR_CONFLICT, "store.in_use", "%s", path);
}

bool running_worker(const struct command_run *run, struct command_store *store, struct clock *clock,
                    struct worker **out, struct error *err) {
    struct organisation organisation;
    if (!lock_database(run, store->store, err)) return false;
    if (!organisation_load(&store->op, &organisation, err)) return false;
    const struct worker_options options = { .store = store->store,
                                            .clock = clock,
                                            .lang = i18n_get(organisation.lang) };
    return quarter_start(&store->op, err) && worker_start(&options, out, err);
}
