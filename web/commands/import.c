/* bongsu import FILE: an export of Bongsu, into an empty database of either engine.
 * bongsu import KIND FILE: what other tools leave behind; each kind is one function here or in import_*.c. */
#include "command.h"
#include "commands/commands.h"
#include "commands/import_file.h"
#include "commands/import_plan.h"
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

/* --- exports of other tools --- */

static bool read_export(struct op *op, struct command_run *run, json_t **out, struct error *err) {
    const char *text;
    if (run->argc != 3) return ERROR(err, ERR_UNREADABLE, "command.usage", "%s takes one FILE", run->argv[1]);
    if (!import_read_file(op->arena, run->argv[2], IMPORT_FILE_MAX, &text, err) ||
        !json_parse(op->arena, text, strlen(text), out, err)) {
        return false;
    }
    return json_is_object(*out) || ERROR(err, ERR_UNREADABLE, "import.unreadable", "%s: not an object", run->argv[2]);
}

static bool import_planned(struct op *op, struct command_run *run, bool dry, struct error *err) {
    static const struct {
        const char *name;
        void (*read)(struct import_plan *plan, const json_t *file);
    } TOOLS[] = { { "pagerduty", import_pagerduty }, { "opsgenie", import_opsgenie }, { "grafana", import_grafana } };
    enum { PATHS_MAX = 20 };
    const char *paths[PATHS_MAX + 1] = { NULL };
    struct import_plan plan;
    json_t *file;
    for (size_t i = 0; i < PATHS_MAX && (paths[i] = command_option(run, "--path")) != NULL; i++) continue;
    if (!read_export(op, run, &file, err) || !plan_open(op, &plan, err)) return false;
    for (size_t i = 0; i < sizeof TOOLS / sizeof *TOOLS; i++) {
        if (str_eq(run->argv[1], TOOLS[i].name)) TOOLS[i].read(&plan, file);
    }
    if (json_array_size(plan.schedules) == 0 && json_object_size(plan.paths) == 0) {
        plan_problem(&plan, "%s holds no schedules and no policies", run->argv[2]);
    }
    return plan_finish(&plan, paths, dry, err);
}

static bool import_status(struct op *op, struct command_run *run, bool dry, struct error *err) {
    struct statuspage_wish wish = { .service = command_option(run, "--service"), .dry = dry };
    json_t *file;
    return read_export(op, run, &file, err) && import_statuspage(op, file, &wish, err);
}

static const struct {
    const char *name;
    bool (*run)(struct op *op, struct command_run *run, bool dry, struct error *err);
} KINDS[] = {
    { "markdown", import_markdown }, { "pagerduty", import_planned }, { "opsgenie", import_planned },
    { "grafana", import_planned },   { "statuspage", import_status },
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
