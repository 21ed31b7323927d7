/* What long-running commands (serve, worker) share: signals, and a worker set up from the settings. */
#ifndef BONGSU_WEB_RUNNING_H
#define BONGSU_WEB_RUNNING_H

#include "command.h"

struct clock;
struct store;
struct store_options;
struct worker;

void running_block_signals(void); /* before any thread is started */
/* Until SIGTERM or SIGINT; a second one ends the process at once. Meanwhile SIGHUP reads the settings again: the log
 * level changes at once, anything else that differs is logged as waiting for a restart. systemd's watchdog (if
 * WATCHDOG_USEC is set) hears from us as long as the store's writer makes progress. */
void running_wait(struct command_run *run, struct store *store);

/* Reads the key that seals secrets, then command_open and the store anew with as many connections as options say. */
bool running_open(struct command_run *run, const struct store_options *options, struct command_store *out,
                  struct error *err) NODISCARD;

/* Starts the worker of this process, in the organisation's language. An embedded database has one: a second process
 * would send again what the first is sending, and is refused (ERR_CONFLICT, store.in_use). */
bool running_worker(const struct command_run *run, struct command_store *store, struct clock *clock,
                    struct worker **out, struct error *err) NODISCARD;

#endif
