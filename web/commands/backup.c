/* bongsu backup FILE, bongsu backup verify FILE, bongsu restore FILE. */
#include "base/str.h"
#include "command.h"
#include "commands/commands.h"
#include "store/backup.h"

#include <stdio.h>

static int finish(const struct command_run *run, bool ok, const struct backup_info *info, const struct error *err) {
    if (!ok) return command_fail(run, NULL, err);
    printf("%s %lld bytes\n", info->checksum, (long long)info->bytes);
    return EXIT_FINE;
}

int command_backup(struct command_run *run) {
    struct backup_info info;
    struct error err;
    if (run->argc == 3 && str_eq(run->argv[1], "verify")) {
        return finish(run, backup_verify(run->argv[2], &info, &err), &info, &err);
    }
    if (run->argc != 2) return command_usage(run, NULL);
    return finish(run, backup_write(run->settings->database, run->argv[1], &info, &err), &info, &err);
}

int command_restore(struct command_run *run) {
    struct backup_info info;
    struct error err;
    if (run->argc != 2) return command_usage(run, NULL);
    return finish(run, backup_restore(run->argv[1], run->settings->database, &info, &err), &info, &err);
}
