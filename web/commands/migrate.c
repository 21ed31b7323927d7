/* bongsu migrate: brings the database up to date and stops. */
#include "command.h"
#include "commands/commands.h"
#include "store/db.h"

#include <stdio.h>

int command_migrate(struct command_run *run) {
    struct command_store store;
    struct error err;
    if (run->argc > 1) return command_usage(run, NULL);
    if (!command_open(run, &store, &err)) return command_fail(run, NULL, &err);
    command_close(&store);
    printf("%s is up to date\n", run->settings->database);
    return EXIT_FINE;
}
