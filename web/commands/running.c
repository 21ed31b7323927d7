/* See running.h. */
#include "commands/running.h"

#include "base/log.h"
#include "base/seal.h"
#include "policy/organisation.h"
#include "store/db.h"
#include "text/i18n.h"
#include "work/worker.h"

#include <pthread.h>
#include <signal.h>

static void wanted_signals(sigset_t *out) {
    sigemptyset(out);
    sigaddset(out, SIGTERM);
    sigaddset(out, SIGINT);
}

void running_block_signals(void) {
    sigset_t wanted;
    wanted_signals(&wanted);
    pthread_sigmask(SIG_BLOCK, &wanted, NULL);
}

void running_wait_for_signal(void) {
    sigset_t wanted;
    int received = 0;
    wanted_signals(&wanted);
    sigwait(&wanted, &received);
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

bool running_worker(struct command_store *store, struct clock *clock, struct worker **out, struct error *err) {
    struct organisation organisation;
    if (!organisation_load(&store->op, &organisation, err)) return false;
    const struct worker_options options = { .store = store->store,
                                            .clock = clock,
                                            .lang = i18n_get(organisation.lang) };
    return worker_start(&options, out, err);
}
