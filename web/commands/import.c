/* bongsu import FILE: an export of Bongsu, into an empty database of either engine. */
#include "command.h"
#include "commands/commands.h"
#include "incident/search.h"
#include "store/export.h"

#include <stdio.h>

static int import_everything(struct command_run *run) {
    struct command_store store;
    struct export_count count;
    struct error err;
    if (!command_data_folder(run, &err) || !command_open(run, &store, &err)) return command_fail(run, NULL, &err);
    bool done = store_import(&store.op, run->settings->data, run->argv[1], search_rebuild, &count, &err);
    if (done) printf("%lld rows, %lld attachments\n", (long long)count.rows, (long long)count.attachments);
    int code = done ? EXIT_FINE : command_fail(run, &store.op, &err);
    command_close(&store);
    return code;
}

int command_import(struct command_run *run) {
    if (run->argc != 2 || run->argv[1][0] == '-') return command_usage(run, NULL);
    return import_everything(run);
}
