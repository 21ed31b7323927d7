/* bongsu oncall: questions about who is on call.
 *
 * `preview FILE` and `simulate FILE` answer a described schedule or escalation without a server or database, exactly as
 * the API's stateless calls do ('-' is standard input). The answer, or the problem with what was refused, goes to
 * stdout as JSON. `now` and `fairness` look into the database, also while a server runs on it. */
#include "base/arena.h"
#include "base/json.h"
#include "base/str.h"
#include "command.h"
#include "commands/commands.h"
#include "escalation/simulate.h"
#include "insight/fairness.h"
#include "oncall/rota.h"
#include "oncall/schedule_json.h"
#include "store/db.h"
#include "text/i18n.h"
#include "text/when.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

enum { FILE_MAX = 16 * 1024 * 1024, READ_CAP = 256 * 1024 * 1024, CSV_MAX = 4 * 1024 * 1024 };

typedef bool (*answer_fn)(struct op *op, const json_t *input, json_t **out, struct error *err);

static bool read_all(FILE *file, struct arena *arena, const char **bytes, size_t *len) {
    char *buffer = arena_alloc(arena, FILE_MAX + 1);
    *bytes = buffer;
    *len = fread(buffer, 1, FILE_MAX + 1, file);
    return *len <= FILE_MAX && ferror(file) == 0;
}

/* As the API words it (RFC 9457), so that a script reads refusals the same way from both. */
static void print_problem(struct arena *arena, const struct op *op, const struct error *err) {
    json_t *problem = json_obj(arena), *errors = json_array();
    json_put_text(problem, "type", "about:blank");
    json_put_text(problem, "title", error_class(err->kind)->name);
    json_put_i64(problem, "status", error_class(err->kind)->http_status);
    json_put_text(problem, "code", err->code);
    json_put_text(problem, "detail", err->detail);
    for (const struct field_error *at = op->fields.first; at != NULL; at = at->next) {
        json_t *error = json_object();
        json_put_text(error, "field", at->field);
        json_put_text(error, "code", at->code);
        if (at->arg != NULL) json_put_text(error, "arg", at->arg);
        json_push(errors, error);
    }
    json_put(problem, "errors", errors);
    printf("%s\n", json_dump(arena, problem));
}

static int answer_file(struct command_run *run, answer_fn answer) {
    if (run->argc != 3) return command_usage(run, NULL);
    bool named = !str_eq(run->argv[2], "-");
    FILE *file = named ? fopen(run->argv[2], "r") : stdin;
    if (file == NULL) {
        fprintf(stderr, "bongsu oncall: %s: %s\n", run->argv[2], strerror(errno));
        return EXIT_NO_INPUT;
    }
    struct arena *arena = arena_new(READ_CAP);
    struct op op = { .arena = arena, .request_id = "command", .lang = i18n_get("ko") };
    struct error err;
    json_t *input, *output;
    const char *bytes;
    size_t len;
    bool done = read_all(file, arena, &bytes, &len) ||
                ERROR(&err, ERR_TOO_LARGE, "request.too_large", "the file cannot be read or is over 16 MiB");
    if (named) (void)fclose(file);
    done = done && json_parse(arena, bytes, len, &input, &err) && answer(&op, input, &output, &err);
    int code = EXIT_FINE;
    if (done) {
        (void)json_dumpf(output, stdout, JSON_COMPACT);
        (void)putchar('\n');
    } else {
        print_problem(arena, &op, &err);
        code = command_fail(run, &op, &err);
    }
    arena_free(arena);
    return code;
}

/* One line a schedule: its key, who is on call, the secondary in brackets. */
static void print_now(const struct rota *rota, const struct schedule *schedule, int64_t at, struct arena *arena) {
    struct roll roll;
    schedule_at(schedule, VIEW_FINAL, at, arena, &roll);
    printf("%s:", rota->key);
    for (size_t i = 0; i < roll.primary.count; i++) printf(" %s", schedule->names[roll.primary.list[i].person]);
    if (roll.primary.count == 0) printf(" -");
    for (size_t i = 0; i < roll.secondary.count; i++)
        printf("%s%s", i == 0 ? " (" : ", ", schedule->names[roll.secondary.list[i].person]);
    printf("%s\n", roll.secondary.count > 0 ? ")" : "");
}

struct now {
    const char *which; /* NULL: all */
    int64_t at;
};

static bool now_in_tx(struct tx *tx, void *arg, struct error *err) {
    struct now *now = arg;
    struct rota one;
    struct rota_list list = { &one, 1 };
    if (now->which == NULL ? !rota_all(tx, &list, err) : !rota_find(tx, now->which, &one, err)) return false;
    for (size_t i = 0; i < list.count; i++) {
        struct schedule *schedule;
        if (!rota_schedule(tx, &list.items[i], &schedule, err)) return false;
        print_now(&list.items[i], schedule, now->at, tx_op(tx)->arena);
    }
    return true;
}

static int answer_now(struct command_run *run) {
    struct now now = { .which = command_option(run, "--schedule") };
    const char *at = command_option(run, "--at");
    struct command_store store;
    struct error err;
    int64_t ms;
    if (run->argc != 2) return command_usage(run, NULL);
    if (!command_open(run, &store, &err)) return command_fail(run, NULL, &err);
    ms = store.op.now_ms;
    bool fine = (at == NULL || when_parse(at, &ms, &err));
    now.at = ms / 1000;
    fine = fine && store_read(&store.op, now_in_tx, &now, &err);
    int code = fine ? EXIT_FINE : command_fail(run, &store.op, &err);
    command_close(&store);
    return code;
}

/* A month's hours and pages as CSV, for pay. */
static int answer_fairness(struct command_run *run) {
    const char *month = command_option(run, "--month");
    struct command_store store;
    struct fairness fairness;
    struct error err;
    struct buf csv;
    if (run->argc != 2) return command_usage(run, NULL);
    if (!command_open(run, &store, &err)) return command_fail(run, NULL, &err);
    store.op.lang = i18n_get("ko");
    bool fine = fairness_month(&store.op, month, &fairness, &err);
    int code = fine ? EXIT_FINE : command_fail(run, &store.op, &err);
    if (fine) {
        buf_init(&csv, store.op.arena, CSV_MAX);
        fairness_csv(&store.op, &fairness, &csv);
        (void)fwrite(csv.data, 1, csv.len, stdout);
    }
    command_close(&store);
    return code;
}

int command_oncall(struct command_run *run) {
    const char *what = run->argc < 2 ? "" : run->argv[1];
    if (str_eq(what, "preview")) return answer_file(run, schedule_preview);
    if (str_eq(what, "now")) return answer_now(run);
    if (str_eq(what, "fairness")) return answer_fairness(run);
    if (str_eq(what, "simulate")) return answer_file(run, escalation_simulate);
    return command_usage(run, NULL);
}
