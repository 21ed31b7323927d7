/* bongsu export FILE: everything as JSON (store/export.h), on either engine, from one snapshot. */
#include "command.h"
#include "commands/commands.h"
#include "store/export.h"

#include <stdio.h>

int command_export(struct command_run *run) {
    struct command_store store;
    struct export_count count;
    struct error err;
    if (run->argc != 2) return command_usage(run, NULL);
    if (!command_open(run, &store, &err)) return command_fail(run, NULL, &err);
    bool done = store_export(&store.op, run->settings->data, run->argv[1], &count, &err);
    if (done) printf("%lld rows, %lld attachments\n", (long long)count.rows, (long long)count.attachments);
    int code = done ? EXIT_FINE : command_fail(run, &store.op, &err);
    command_close(&store);
    return code;
}
