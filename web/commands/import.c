/* bongsu import FILE: an export of Bongsu, into an empty database of either engine.
 * bongsu import KIND FILE: what other tools leave behind; each kind is one function here or in import_*.c. */
#include "command.h"
#include "commands/commands.h"
#include "commands/import_file.h"
#include "base/arena.h"
#include "base/buf.h"
#include "base/json.h"
#include "base/str.h"
#include "incident/search.h"
#include "review/postmortem.h"
#include "store/export.h"
#include "view/template.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

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

bool import_read_file(struct arena *arena, const char *path, size_t max, const char **out, struct error *err) {
    FILE *file = str_eq(path, "-") ? stdin : fopen(path, "rb");
    if (file == NULL) return ERROR(err, ERR_UNREADABLE, "import.unreadable", "%s: %s", path, strerror(errno));
    struct buf text;
    char chunk[8192];
    size_t got;
    buf_init(&text, arena, max + sizeof chunk);
    while ((got = fread(chunk, 1, sizeof chunk, file)) > 0 && text.len <= max) buf_add(&text, chunk, got);
    bool failed = ferror(file) != 0;
    if (file != stdin) fclose(file);
    if (failed) return ERROR(err, ERR_UNREADABLE, "import.unreadable", "%s", path);
    if (text.len > max) return ERROR(err, ERR_TOO_LARGE, "import.too_large", "%s: more than %zu bytes", path, max);
    if (strlen(text.data) != text.len) return ERROR(err, ERR_UNREADABLE, "import.unreadable", "%s: no text", path);
    *out = text.data;
    return true;
}

/* --- Markdown postmortems --- */

static void print_understood(const char *path, const struct postmortem *read) {
    printf("%s\n  %s\n  severity %s, %zu sections, %zu actions\n", path, read->title, read->severity,
           read->section_count, read->action_count);
    for (size_t i = 0; i < read->hint_count; i++) {
        printf("  %s:%d: %s not understood: %s\n", path, read->hints[i].line, read->hints[i].key, read->hints[i].text);
    }
}

static bool import_markdown(struct op *op, struct command_run *run, bool dry, struct error *err) {
    struct postmortem_wish wish = { .title = command_option(run, "--title"),
                                    .severity = command_option(run, "--severity"),
                                    .service = command_option(run, "--service"),
                                    .started_at = command_option(run, "--started-at"),
                                    .recovered_at = command_option(run, "--recovered-at") };
    struct postmortem read;
    struct incident incident = { 0 };
    if (run->argc != 3) return ERROR(err, ERR_UNREADABLE, "command.usage", "markdown takes one FILE");
    if (!import_read_file(op->arena, run->argv[2], POSTMORTEM_MAX, &wish.markdown, err)) return false;
    if (dry ? !postmortem_read(op, &wish, &read, err) : !postmortem_import(op, &wish, &read, &incident, err)) {
        return false;
    }
    print_understood(run->argv[2], &read);
    if (!dry) printf("%s\n", incident.ref);
    return true;
}

static const struct {
    const char *name;
    bool (*run)(struct op *op, struct command_run *run, bool dry, struct error *err);
} KINDS[] = {
    { "markdown", import_markdown },
};

int command_import(struct command_run *run) {
    struct command_store store;
    struct error err;
    bool dry = command_flag(run, "--dry-run");
    for (size_t i = 0; run->argc > 1 && i < sizeof KINDS / sizeof *KINDS; i++) {
        if (!str_eq(run->argv[1], KINDS[i].name)) continue;
        if (!command_open(run, &store, &err)) return command_fail(run, NULL, &err);
        bool done = template_load_all(false, &err) && KINDS[i].run(&store.op, run, dry, &err);
        int code = done                                ? EXIT_FINE
                   : str_eq(err.code, "command.usage") ? command_usage(run, err.detail)
                                                       : command_fail(run, &store.op, &err);
        command_close(&store);
        return code;
    }
    if (dry || run->argc != 2 || run->argv[1][0] == '-') return command_usage(run, NULL);
    return import_everything(run);
}
