/* bongsu notice render: fills in a notice text without a server or database.
 *
 * `render TEXT --var name=value …` writes the text; `render --jsonl [FILE]` reads one {id, text, vars, lang?} a line
 * and writes {id, text} or {id, errors} a line. Faults go to stderr as LINE:COLUMN: code: what. */
#include "base/arena.h"
#include "base/json.h"
#include "base/str.h"
#include "command.h"
#include "commands/commands.h"
#include "notice/render_json.h"
#include "text/i18n.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LINE_CAP = 1024 * 1024 };

static void print_faults(const json_t *answer) {
    const json_t *errors = json_object_get(answer, "errors");
    for (size_t i = 0; i < json_array_size(errors); i++) {
        const json_t *error = json_array_get(errors, i);
        const json_t *line = json_object_get(error, "line");
        const json_t *column = json_object_get(error, "column");
        const char *what = json_text(error, "name");
        if (line != NULL) fprintf(stderr, "%d:%d: ", (int)json_integer_value(line), (int)json_integer_value(column));
        fprintf(stderr, "%s: %s\n", json_text(error, "code"), what == NULL ? json_text(error, "field") : what);
    }
}

static int render_one(struct command_run *run, const char *lang) {
    json_t *item = json_obj(run->arena);
    json_t *vars = json_object();
    for (const char *var; (var = command_option(run, "--var")) != NULL;) {
        const char *equals = strchr(var, '=');
        if (equals == NULL || !utf8_valid(var, strlen(var))) return command_usage(run, "--var is name=value");
        json_put_text(vars, arena_strn(run->arena, var, (size_t)(equals - var)), equals + 1);
    }
    json_put(item, "vars", vars);
    if (run->argc == 3 && str_eq(run->argv[1], "--")) run->argv[1] = run->argv[2], run->argc--;
    if (run->argc != 2) return command_usage(run, NULL);
    if (!utf8_valid(run->argv[1], strlen(run->argv[1]))) return command_usage(run, "the text is not UTF-8");
    json_put_text(item, "text", run->argv[1]);
    json_t *answer = json_obj(run->arena);
    if (!notice_render_item(run->arena, item, i18n_get(lang), answer)) {
        print_faults(answer);
        return EXIT_DATA;
    }
    printf("%s\n", json_text(answer, "text"));
    return EXIT_FINE;
}

/* One line in, one line out; true if the text could be filled in. */
static bool render_line(struct arena *arena, const char *line, size_t len, const struct i18n *lang) {
    struct error err;
    json_t *item;
    json_t *answer = json_obj(arena);
    bool done = false;
    if (json_parse(arena, line, len, &item, &err) && json_is_object(item)) {
        json_t *id = json_object_get(item, "id");
        if (id != NULL) json_put(answer, "id", json_incref(id));
        done = notice_render_item(arena, item, lang, answer);
    } else {
        json_put(answer, "errors", json_pack("[{s:s, s:s}]", "field", "", "code", "json.malformed"));
    }
    printf("%s\n", json_dump(arena, answer));
    return done;
}

static int render_lines(struct command_run *run, const char *lang) {
    if (run->argc > 2) return command_usage(run, NULL);
    bool named = run->argc == 2 && !str_eq(run->argv[1], "-");
    FILE *file = named ? fopen(run->argv[1], "r") : stdin;
    if (file == NULL) {
        fprintf(stderr, "bongsu notice: %s: %s\n", run->argv[1], strerror(errno));
        return EXIT_NO_INPUT;
    }
    struct arena *arena = arena_new(ARENA_REQUEST_CAP);
    char *line = NULL;
    size_t size = 0;
    bool all = true;
    for (ssize_t len; (len = getline(&line, &size, file)) >= 0; arena_reset(arena)) {
        if (len > LINE_CAP) len = 0; /* answers as malformed */
        if (len > 0 && str_blank(line)) continue;
        all = render_line(arena, line, (size_t)len, i18n_get(lang)) && all;
    }
    free(line);
    arena_free(arena);
    if (named) fclose(file);
    return all ? EXIT_FINE : EXIT_DATA;
}

int command_notice(struct command_run *run) {
    if (run->argc < 2 || !str_eq(run->argv[1], "render")) return command_usage(run, NULL);
    for (int i = 1; i < run->argc; i++) run->argv[i] = run->argv[i + 1];
    run->argc--;
    const char *lang = command_option(run, "--lang");
    return command_flag(run, "--jsonl") ? render_lines(run, lang) : render_one(run, lang);
}
