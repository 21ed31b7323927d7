/* bongsu worker: only the worker, for installations whose `bongsu serve --no-worker` run elsewhere. */
#include "base/clock.h"
#include "commands/commands.h"
#include "commands/notify.h"
#include "commands/running.h"
#include "store/db.h"
#include "work/worker.h"

static void on_topic(void *arg, const char *topic) {
    worker_wake(arg, topic);
}

int command_worker(struct command_run *run) {
    struct command_store store;
    struct worker *worker;
    struct error err;
    if (run->argc > 1) return command_usage(run, NULL);
    running_block_signals();
    const struct store_options options = { .database = run->settings->database, .readers = 10, .writers = 10 };
    if (!running_open(run, &options, &store, &err)) return command_fail(run, NULL, &err);
    struct clock *clock = clock_new_real();
    bool ok = running_worker(run, &store, clock, &worker, &err);
    int code = ok ? EXIT_FINE : command_fail(run, &store.op, &err);
    if (ok) {
        store_listen(store.store, on_topic, worker);
        notify_systemd("READY=1\n");
        running_wait(run, store.store);
        notify_systemd("STOPPING=1\n");
        store_listen(store.store, NULL, NULL);
        worker_stop(worker);
    }
    command_close(&store);
    clock_free(clock);
    return code;
}
