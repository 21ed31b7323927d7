/* bongsu wording check: the wording rules without server or database, for editors and a team's own CI.
 * Files are Markdown or plain text; their headings tell the sections. With --jsonl every line is one passage. */
#include "base/arena.h"
#include "base/buf.h"
#include "base/json.h"
#include "base/str.h"
#include "command.h"
#include "commands/commands.h"
#include "wording/wording.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

enum { LINE_MAX_BYTES = 4 * WORDING_TEXT_MAX, RULES_CAP = 128 * 1024 * 1024, FILE_MAX_BYTES = 16 * 1024 * 1024 };

struct checking {
    struct command_run *run;
    const struct wording_rules *rules;
    struct arena *scratch; /* reset for every passage */
    const char *const *roster;
    size_t roster_count;
    size_t found;
};

static int bad_input(const struct checking *checking, const char *name, size_t line, const struct error *err) {
    fprintf(stderr, "%s:%zu: %s: %s\n", name, line, err->code, err->detail);
    (void)checking;
    return EXIT_DATA;
}

/* --- files --- */

struct part { /* the text under one heading */
    const char *start;
    size_t size;
    size_t line; /* number of its first line */
    const char *section;
};

/* "## 4. 장애 원인" → its section; NULL for other lines. */
static const char *heading_section(struct arena *arena, const char *line, size_t len, bool *is_heading) {
    size_t marks = 0;
    while (marks < len && line[marks] == '#') marks++;
    *is_heading = marks > 0 && marks <= 6 && marks < len && line[marks] == ' ';
    return *is_heading ? wording_section_of_heading(arena_strn(arena, line, len)) : NULL;
}

static void print_findings(struct checking *checking, const char *name, const struct part *part,
                           const struct wording_findings *findings) {
    for (size_t i = 0; i < findings->count; i++) {
        const struct wording_finding *finding = &findings->list[i];
        size_t line = part->line;
        size_t column = 1;
        for (size_t at = 0; at < finding->start_byte; at++) {
            if (part->start[at] == '\n') {
                line++;
                column = 1;
            } else if (((unsigned char)part->start[at] & 0xc0) != 0x80) column++;
        }
        printf("%s:%zu:%zu: %s: %s\n", name, line, column, finding->category, finding->message);
    }
    checking->found += findings->count;
}

static bool check_part(struct checking *checking, const char *name, const struct part *part, struct error *err) {
    struct wording_input input = { .text = part->start, .size = part->size, .section = part->section };
    input.kind = WORDING_REPORT;
    input.roster = checking->roster;
    input.roster_count = checking->roster_count;
    struct wording_findings findings;
    arena_reset(checking->scratch);
    if (!wording_check(checking->rules, checking->scratch, &input, &findings, err)) return false;
    print_findings(checking, name, part, &findings);
    return true;
}

static int check_text(struct checking *checking, const char *name, const char *text, size_t size) {
    struct part part = { .start = text, .line = 1 };
    struct error err;
    bool fenced = false;
    size_t line = 1;
    for (const char *at = text; at < text + size; line++) {
        const char *end = memchr(at, '\n', (size_t)(text + size - at));
        size_t len = end == NULL ? (size_t)(text + size - at) : (size_t)(end - at);
        if (len >= 3 && (memcmp(at, "```", 3) == 0 || memcmp(at, "~~~", 3) == 0)) fenced = !fenced;
        bool is_heading = false;
        const char *section = fenced ? NULL : heading_section(checking->run->arena, at, len, &is_heading);
        if (is_heading && at > part.start) {
            part.size = (size_t)(at - part.start);
            if (!check_part(checking, name, &part, &err)) return bad_input(checking, name, part.line, &err);
            part = (struct part){ .start = at, .line = line, .section = part.section };
        }
        if (section != NULL) part.section = section;
        at += len + 1;
    }
    part.size = (size_t)(text + size - part.start);
    if (!check_part(checking, name, &part, &err)) return bad_input(checking, name, part.line, &err);
    return EXIT_FINE;
}

static int check_file(struct checking *checking, FILE *file, const char *name) {
    struct arena *arena = arena_new(4 * FILE_MAX_BYTES);
    struct buf text;
    char block[8192];
    buf_init(&text, arena, FILE_MAX_BYTES);
    for (size_t got = fread(block, 1, sizeof block, file); got > 0; got = fread(block, 1, sizeof block, file)) {
        buf_add(&text, block, got);
    }
    int code = EXIT_IO;
    if (ferror(file)) fprintf(stderr, "%s: %s\n", name, strerror(errno));
    else if (text.overflow) fprintf(stderr, "%s: larger than %d bytes\n", name, FILE_MAX_BYTES);
    else code = check_text(checking, name, text.data, text.len);
    arena_free(arena);
    return code;
}

/* --- lines of JSON --- */

static bool read_roster(struct arena *arena, const json_t *list, struct wording_input *input) {
    size_t count = json_array_size(list);
    if (count == 0) return true;
    if (count > WORDING_ROSTER_MAX) return false;
    const char **names = ARENA_ARRAY(arena, count, const char *);
    for (size_t i = 0; i < count; i++) {
        names[i] = json_string_value(json_array_get(list, i));
        if (names[i] == NULL) return false;
    }
    input->roster = names;
    input->roster_count = count;
    return true;
}

static bool check_object(struct checking *checking, const json_t *object, struct error *err) {
    struct wording_input input = { .text = json_text(object, "text"), .lang = json_text(object, "lang") };
    input.section = json_text(object, "section");
    input.kind = WORDING_REPORT;
    input.roster = checking->roster;
    input.roster_count = checking->roster_count;
    if (input.text == NULL) return ERROR(err, ERR_INVALID, "wording.no_text", "no text in the object");
    input.size = json_string_length(json_object_get(object, "text"));
    const char *kind = json_text(object, "kind");
    if (kind != NULL && !wording_kind_parse(kind, &input.kind)) {
        return ERROR(err, ERR_INVALID, "wording.kind_unknown", "%s", kind);
    }
    if (!read_roster(checking->scratch, json_object_get(object, "roster"), &input)) {
        return ERROR(err, ERR_INVALID, "wording.roster_malformed", "roster is a list of texts");
    }
    struct wording_findings findings;
    if (!wording_check(checking->rules, checking->scratch, &input, &findings, err)) return false;
    json_t *answer = json_obj(checking->scratch);
    json_t *list = json_array();
    for (size_t i = 0; i < findings.count; i++) {
        json_push(list, json_incref(wording_finding_json(checking->scratch, &findings.list[i])));
    }
    json_t *id = json_object_get(object, "id");
    json_put(answer, "id", id == NULL ? json_null() : json_incref(id));
    json_put_bool(answer, "flagged", findings.count > 0);
    json_put(answer, "findings", list);
    printf("%s\n", json_dump(checking->scratch, answer));
    checking->found += findings.count;
    return true;
}

/* The next line without its end; false at the end of the file. */
static bool read_line(FILE *file, struct buf *line) {
    int byte = getc(file);
    if (byte == EOF) return false;
    for (; byte != EOF && byte != '\n'; byte = getc(file)) buf_putc(line, (char)byte);
    return true;
}

static int check_lines(struct checking *checking, FILE *file, const char *name) {
    struct error err;
    for (size_t number = 1;; number++) {
        struct buf line;
        json_t *object;
        arena_reset(checking->scratch);
        buf_init(&line, checking->scratch, LINE_MAX_BYTES);
        if (!read_line(file, &line)) return EXIT_FINE;
        if (str_blank(line.data)) continue;
        if (line.overflow) {
            ERROR(&err, ERR_TOO_LARGE, "wording.too_large", "line above %d bytes", LINE_MAX_BYTES);
            return bad_input(checking, name, number, &err);
        }
        if (!json_parse(checking->scratch, line.data, line.len, &object, &err) ||
            !check_object(checking, object, &err)) {
            return bad_input(checking, name, number, &err);
        }
    }
}

/* --- the command --- */

static int check_named(struct checking *checking, const char *path, bool jsonl) {
    bool is_stdin = path == NULL || str_eq(path, "-");
    FILE *file = is_stdin ? stdin : fopen(path, "rb");
    const char *name = is_stdin ? "-" : path;
    if (file == NULL) {
        fprintf(stderr, "%s: %s\n", name, strerror(errno));
        return EXIT_NO_INPUT;
    }
    int code = jsonl ? check_lines(checking, file, name) : check_file(checking, file, name);
    if (!is_stdin) fclose(file);
    return code;
}

static int check_all(struct checking *checking, bool jsonl) {
    struct command_run *run = checking->run;
    if (run->argc == 2) return check_named(checking, NULL, jsonl);
    for (int i = 2; i < run->argc; i++) {
        int code = check_named(checking, run->argv[i], jsonl);
        if (code != EXIT_FINE) return code;
    }
    return EXIT_FINE;
}

int command_wording(struct command_run *run) {
    bool jsonl = command_flag(run, "--jsonl");
    const char *roster = command_option(run, "--roster");
    if (run->argc < 2 || !str_eq(run->argv[1], "check")) return command_usage(run, NULL);
    for (int i = 2; i < run->argc; i++) {
        if (run->argv[i][0] == '-' && run->argv[i][1] != '\0') return command_usage(run, "unknown option");
    }
    struct error err;
    struct wording_rules *rules;
    struct arena *arena = arena_new(RULES_CAP);
    if (!wording_rules_load(arena, NULL, &rules, &err)) {
        arena_free(arena);
        return command_fail(run, NULL, &err);
    }
    struct checking checking = { .run = run, .rules = rules, .scratch = arena_new(RULES_CAP) };
    char **names = NULL;
    if (roster != NULL) checking.roster_count = str_split(run->arena, roster, ",", &names);
    checking.roster = (const char *const *)names;
    int code = check_all(&checking, jsonl);
    arena_free(checking.scratch);
    arena_free(arena);
    if (code == EXIT_FINE && fflush(stdout) != 0) return EXIT_IO;
    return code != EXIT_FINE ? code : checking.found > 0 ? EXIT_FINDINGS : EXIT_FINE;
}
