/* bongsu oncall: questions about who is on call.
 *
 * `preview FILE` and `simulate FILE` answer a described schedule or escalation without a server or database, exactly as
 * the API's stateless calls do ('-' is standard input). The answer, or the problem with what was refused, goes to
 * stdout as JSON. */
#include "base/arena.h"
#include "base/json.h"
#include "base/str.h"
#include "command.h"
#include "commands/commands.h"
#include "escalation/simulate.h"
#include "oncall/schedule_json.h"
#include "text/i18n.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

enum { FILE_MAX = 16 * 1024 * 1024, READ_CAP = 256 * 1024 * 1024 };

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

int command_oncall(struct command_run *run) {
    const char *what = run->argc < 2 ? "" : run->argv[1];
    if (str_eq(what, "preview")) return answer_file(run, schedule_preview);
    if (str_eq(what, "simulate")) return answer_file(run, escalation_simulate);
    return command_usage(run, NULL);
}
