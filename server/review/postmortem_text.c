/* Reading a postmortem line by line: see postmortem.h. */
#include "review/postmortem_internal.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/str.h"
#include "text/bigram.h"

#include <ctype.h>
#include <string.h>

enum { HEADLINE_MAX = 200 };

static const struct {
    const char *section; /* "attendees" is no section */
    const char *words[10]; /* any of them in a heading, folded */
} HEADINGS[] = {
    { "summary", { "요약", "개요", "summary", "overview", "tl;dr" } },
    { "timeline", { "타임라인", "timeline", "경과" } },
    { "cause", { "원인", "root cause", "cause", "trigger" } },
    { "impact", { "영향", "impact", "피해" } },
    { "prevention", { "재발", "예방", "액션", "prevention", "action item", "follow-up", "remediation", "후속" } },
    { "resolution", { "해결", "대응", "조치", "resolution", "response", "mitigation", "recovery" } },
    { "lessons", { "교훈", "배운", "잘한", "lessons", "what went", "learned" } },
    { "attendees", { "참석자", "attendees", "participants" } },
};
enum { KINDS = sizeof HEADINGS / sizeof *HEADINGS, PREVENTION = 4, ATTENDEES = 7 };

struct reader {
    struct op *op;
    const struct tz *tz;
    struct postmortem *out;
    struct buf bodies[KINDS];
    int first_line[KINDS];
    size_t now; /* the section the line stands in; text before the first heading belongs to the summary */
    int line;
    bool in_code;
    int columns[4]; /* of the table of measures: title, owner, due, state; -1: not there */
    bool in_table;
};

static void wrong(const struct reader *reader, const char *code, const char *arg) {
    op_field_error(reader->op, arena_printf(reader->op->arena, "line.%d", reader->line), code, arg);
}

static void hint(struct reader *reader, const char *key, const char *text) {
    struct postmortem *out = reader->out;
    if (out->hint_count == POSTMORTEM_HINTS_MAX) return;
    out->hints[out->hint_count++] = (struct postmortem_hint){ reader->line, key, text };
}

/* --- facts --- */

/* "P1 (Critical)", "SEV-2", "Sev1": the policy's own code, or P and the number. */
static const char *severity_of(struct arena *arena, const char *value) {
    size_t len = strcspn(value, " (,/\t");
    const char *word = arena_strn(arena, value, len);
    const char *folded = bigram_fold(arena, word);
    if (folded != NULL && str_starts(folded, "sev")) {
        const char *number = word + strcspn(word, "0123456789");
        if (*number == '\0') number = value + strcspn(value, "0123456789"); /* "Sev 1" */
        if (*number != '\0') return arena_printf(arena, "P%.1s", number);
    }
    return word;
}

static void read_span(struct reader *reader, const char *value) {
    struct postmortem *out = reader->out;
    const char *rest;
    if (!line_instant(value, reader->tz, out->started_at, &out->started_at, &rest)) {
        wrong(reader, "malformed", NULL);
        return;
    }
    (void)line_instant(rest, reader->tz, out->started_at, &out->recovered_at, NULL);
}

static void read_instant(struct reader *reader, const char *value, int64_t base, int64_t *out) {
    if (!line_instant(value, reader->tz, base, out, NULL)) wrong(reader, "malformed", NULL);
}

static void read_fact(struct reader *reader, const char *line) {
    struct postmortem *out = reader->out;
    struct arena *arena = reader->op->arena;
    const char *value;
    switch (line_fact(arena, line, &value)) {
    case FACT_SEVERITY:
        if (out->severity == NULL) out->severity = severity_of(arena, value);
        break;
    case FACT_SPAN:
        if (out->recovered_at == 0) read_span(reader, value);
        break;
    case FACT_START: read_instant(reader, value, out->started_at, &out->started_at); break;
    case FACT_END: read_instant(reader, value, out->started_at, &out->recovered_at); break;
    case FACT_DATE:
        if (out->started_at == 0) read_instant(reader, value, 0, &out->started_at);
        break;
    case FACT_IMPACT:
        if (out->impact == NULL) out->impact = value;
        break;
    case FACT_SERVICE:
        if (out->service == NULL) out->service = value;
        break;
    case FACT_ATTENDEES:
        if (out->attendees == NULL) out->attendees = value;
        break;
    case FACT_NONE: break;
    }
}

/* --- measures --- */

static const char *const TITLE_WORDS[] = { "조치", "항목", "대책", "action", "item", "task", "description", NULL };
static const char *const OWNER_WORDS[] = { "담당", "owner", "assignee", "responsible", "dri", NULL };
static const char *const DUE_WORDS[] = { "기한", "마감", "due", "deadline", "date", NULL };
static const char *const STATE_WORDS[] = { "상태", "state", "status", NULL };
static const char *const DONE_WORDS[] = { "완료", "done", "closed", "complete", "resolved", NULL };
static const char *const DOING_WORDS[] = { "진행", "doing", "in progress", "wip", "open pr", NULL };

static void add_action(struct reader *reader, const struct action_draft *draft) {
    struct postmortem *out = reader->out;
    if (str_blank(draft->title)) return;
    if (utf8_count(draft->title) > HEADLINE_MAX) wrong(reader, "too_long", "200");
    else if (out->action_count == POSTMORTEM_ACTIONS_MAX) wrong(reader, "too_many", "100");
    else out->actions[out->action_count++] = *draft;
}

/* A header row names the columns: at least the measure and one more, else it is some other table. */
static void read_header(struct reader *reader, const char *const *cells, size_t count) {
    static const char *const *const WORDS[] = { TITLE_WORDS, OWNER_WORDS, DUE_WORDS, STATE_WORDS };
    int known = 0;
    for (size_t column = 0; column < 4; column++) {
        reader->columns[column] = -1;
        for (size_t i = 0; i < count && reader->columns[column] < 0; i++) {
            if (line_has(reader->op->arena, cells[i], WORDS[column])) reader->columns[column] = (int)i;
        }
        known += reader->columns[column] >= 0;
    }
    if (known < 2) reader->columns[0] = -1;
}

static const char *cell_of(const struct reader *reader, int column, const char *const *cells, size_t count) {
    int at = reader->columns[column];
    return at < 0 || (size_t)at >= count || str_blank(cells[at]) ? NULL : cells[at];
}

static const char *state_of(struct arena *arena, const char *text) {
    if (text == NULL) return "todo";
    return line_has(arena, text, DONE_WORDS) ? "done" : line_has(arena, text, DOING_WORDS) ? "doing" : "todo";
}

static void read_row(struct reader *reader, const char *line) {
    struct arena *arena = reader->op->arena;
    const char *cells[CELLS_MAX];
    size_t count = line_cells(arena, line, cells);
    bool first = !reader->in_table;
    reader->in_table = count > 0;
    if (count == 0 || line_is_rule(line)) return;
    if (first) {
        read_header(reader, cells, count);
        return;
    }
    if (reader->columns[0] < 0) return;
    const char *due = cell_of(reader, 2, cells, count);
    struct action_draft draft = { .title = cell_of(reader, 0, cells, count),
                                  .owner = cell_of(reader, 1, cells, count),
                                  .state = state_of(arena, cell_of(reader, 3, cells, count)) };
    if (due != NULL) {
        draft.due = line_day(arena, due, reader->tz, reader->out->started_at);
        if (draft.due == NULL) hint(reader, "due", due);
    }
    add_action(reader, &draft);
}

/* "- [ ] measure", "* [x] measure" */
static void read_task(struct reader *reader, const char *line) {
    const char *at = line + strspn(line, " \t");
    if ((*at != '-' && *at != '*' && *at != '+') || at[1] != ' ' || at[2] != '[' || at[3] == '\0' || at[4] != ']')
        return;
    struct action_draft draft = { .title = str_clean(reader->op->arena, at + 5),
                                  .state = tolower((unsigned char)at[3]) == 'x' ? "done" : "todo" };
    add_action(reader, &draft);
}

/* --- lines --- */

/* Level of an ATX heading of at least two marks ("## x"), 0 if the line is none. */
static size_t heading_level(const char *line) {
    size_t level = strspn(line, "#");
    return level >= 2 && level <= 6 && line[level] == ' ' ? level : 0;
}

static int section_of(struct arena *arena, const char *heading) {
    const char *folded = bigram_fold(arena, heading);
    for (int i = 0; folded != NULL && i < KINDS; i++) {
        for (size_t n = 0; n < 10 && HEADINGS[i].words[n] != NULL; n++) {
            if (strstr(folded, HEADINGS[i].words[n]) != NULL) return i;
        }
    }
    return -1;
}

/* True if the line was a heading that is not kept as text. */
static bool read_heading(struct reader *reader, const char *line) {
    size_t level = heading_level(line);
    if (line[0] == '#' && line[1] == ' ' && reader->out->title == NULL) {
        reader->out->title = str_clean(reader->op->arena, line + 2);
        if (utf8_count(reader->out->title) > HEADLINE_MAX) wrong(reader, "too_long", "200");
        return true;
    }
    if (level == 0) return false;
    int section = section_of(reader->op->arena, line + level);
    if (section < 0) {
        if (level == 2) hint(reader, "heading", str_clean(reader->op->arena, line + level));
        return false;
    }
    reader->now = (size_t)section;
    reader->in_table = false;
    return true;
}

static void read_line(struct reader *reader, const char *line) {
    struct buf *body = &reader->bodies[reader->now];
    if (!utf8_valid(line, strlen(line))) {
        wrong(reader, "not_utf8", NULL);
        return;
    }
    if (!utf8_printable(line, strlen(line), true)) {
        wrong(reader, "control_characters", NULL);
        return;
    }
    if (str_starts(line, "```")) reader->in_code = !reader->in_code;
    if (!reader->in_code) {
        if (read_heading(reader, line)) return;
        if (reader->now == PREVENTION) {
            read_row(reader, line);
            read_task(reader, line);
        } else {
            read_fact(reader, line);
        }
    }
    if (reader->first_line[reader->now] == 0) reader->first_line[reader->now] = reader->line;
    buf_printf(body, "%s\n", line);
}

/* "- 이름" lines of the attendees, one a line. */
static const char *listed(struct arena *arena, const char *text) {
    char **lines;
    struct buf out;
    size_t count = str_split(arena, text, "\n", &lines);
    buf_init(&out, arena, (size_t)SECTION_MAX * 4);
    for (size_t i = 0; i < count; i++) {
        const char *line = lines[i] + strspn(lines[i], " \t-*+");
        if (!str_blank(line)) buf_printf(&out, "%s%s", out.len > 0 ? "\n" : "", line);
    }
    return out.data;
}

static void finish(struct reader *reader) {
    struct postmortem *out = reader->out;
    struct arena *arena = reader->op->arena;
    for (size_t i = 0; i < KINDS; i++) {
        const char *body = str_clean(arena, reader->bodies[i].data);
        reader->line = reader->first_line[i];
        if (str_blank(body)) continue;
        if (reader->bodies[i].overflow || utf8_count(body) > SECTION_MAX) {
            wrong(reader, "too_long", "40000");
        } else if (i == ATTENDEES) {
            out->attendees = listed(arena, body);
        } else {
            out->sections[out->section_count++] = (struct section_save){ HEADINGS[i].section, body, -1 };
        }
    }
}

void postmortem_parse(struct op *op, const struct tz *tz, const char *markdown, struct postmortem *out) {
    struct reader reader = { .op = op, .tz = tz, .out = out };
    *out = (struct postmortem){ .sections = ARENA_ARRAY(op->arena, KINDS, struct section_save),
                                .actions = ARENA_ARRAY(op->arena, POSTMORTEM_ACTIONS_MAX, struct action_draft),
                                .hints = ARENA_ARRAY(op->arena, POSTMORTEM_HINTS_MAX, struct postmortem_hint) };
    for (size_t i = 0; i < KINDS; i++) buf_init(&reader.bodies[i], op->arena, (size_t)SECTION_MAX * 4);
    while (*markdown != '\0') {
        size_t len = strcspn(markdown, "\n");
        size_t kept = len > 0 && markdown[len - 1] == '\r' ? len - 1 : len;
        reader.line++;
        read_line(&reader, arena_strn(op->arena, markdown, kept));
        markdown += len + (markdown[len] == '\n' ? 1 : 0);
    }
    finish(&reader);
}
