/* bongsu backup FILE, bongsu backup verify FILE, bongsu restore FILE. */
#include "base/str.h"
#include "command.h"
#include "commands/commands.h"
#include "store/backup.h"

#include <stdio.h>

static int finish(const struct command_run *run, bool ok, const struct backup_info *info, const struct error *err) {
    if (!ok) return command_fail(run, NULL, err);
    printf("%s %lld bytes, %lld attachments\n", info->checksum, (long long)info->total, (long long)info->files);
    return EXIT_FINE;
}

int command_backup(struct command_run *run) {
    const struct backup_place place = { run->settings->database, run->settings->data };
    struct backup_info info;
    struct error err;
    if (run->argc == 3 && str_eq(run->argv[1], "verify")) {
        return finish(run, backup_verify(run->argv[2], &info, &err), &info, &err);
    }
    if (run->argc != 2) return command_usage(run, NULL);
    return finish(run, backup_write(&place, run->argv[1], &info, &err), &info, &err);
}

int command_restore(struct command_run *run) {
    const struct backup_place place = { run->settings->database, run->settings->data };
    struct backup_info info;
    struct error err;
    if (run->argc != 2) return command_usage(run, NULL);
    if (!command_data_folder(run, &err)) return command_fail(run, NULL, &err);
    return finish(run, backup_restore(run->argv[1], &place, &info, &err), &info, &err);
}
