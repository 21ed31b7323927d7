/* Documents to and from Markdown: see document_text.h. */
#include "review/document_text.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/field.h"
#include "base/str.h"
#include "review/review_internal.h"
#include "text/i18n.h"

#include <string.h>

enum { MARKDOWN_MAX = 1024 * 1024, IMPORT_MAX = 200000 };

static void add_line(struct buf *out, const struct i18n *lang, const char *key, const char *value) {
    if (!str_blank(value)) buf_printf(out, "- **%s**: %s\n", i18n_text(lang, key), value);
}

/* People are listed one a line; here they stand in one. */
static const char *one_line(struct arena *arena, const char *text) {
    if (text == NULL) return NULL;
    char **names;
    size_t count = str_split(arena, text, "\r\n", &names);
    struct buf line;
    buf_init(&line, arena, MARKDOWN_MAX);
    for (size_t i = 0; i < count; i++) buf_printf(&line, "%s%s", i > 0 ? ", " : "", names[i]);
    return line.data;
}

static void add_pace(struct buf *out, const struct i18n *lang, const struct document *document, struct arena *arena) {
    bool any = false;
    for (int phase = PACE_FIRST; phase <= PACE_LAST; phase++) {
        if (document->pace[phase] == NULL) continue;
        if (!any) buf_printf(out, "\n## %s\n\n", i18n_text(lang, "review.pace"));
        any = true;
        const char *name = incident_phase_name((enum incident_phase)phase);
        const char *label = i18n_text(lang, arena_printf(arena, "label.phase.%s", name));
        buf_printf(out, "- **%s**: %s\n", label, one_line(arena, document->pace[phase]));
    }
}

static void add_whys(struct buf *out, const struct i18n *lang, const struct document *document, int number) {
    if (document->why_count == 0) return;
    buf_printf(out, "\n## %d. %s\n\n", number, i18n_text(lang, "review.whys"));
    for (size_t i = 0; i < document->why_count; i++) {
        const struct why *why = &document->whys[i];
        buf_printf(out, "%zu. **%s**\n   %s\n", i + 1, why->question, why->answer);
        if (!str_blank(why->evidence))
            buf_printf(out, "   %s: %s\n", i18n_text(lang, "review.evidence"), why->evidence);
    }
}

const char *document_markdown(struct op *op, const struct document *document, const char *headline) {
    const struct i18n *lang = i18n_get(document->lang);
    struct buf out;
    buf_init(&out, op->arena, MARKDOWN_MAX);
    const char *shape = i18n_text(lang, arena_printf(op->arena, "review.shape.%s", document->shape));
    buf_printf(&out, "# %s: %s (%s)\n\n", shape, headline, document->incident_ref);
    if (document->kind == DOCUMENT_RETRO) {
        add_line(&out, lang, "review.facilitator", document->facilitator);
        add_line(&out, lang, "review.attendees", one_line(op->arena, document->attendees));
        add_line(&out, lang, "review.lesson", document->lesson);
    }
    int number = 1;
    for (size_t i = 0; i < document->section_count; i++) {
        const struct section *section = &document->sections[i];
        const char *title = i18n_text(lang, arena_printf(op->arena, "review.section.%s", section->key));
        buf_printf(&out, "\n## %d. %s\n\n%s\n", number++, title, str_blank(section->body) ? "-" : section->body);
    }
    if (document->kind == DOCUMENT_RETRO) {
        add_pace(&out, lang, document, op->arena);
        add_whys(&out, lang, document, number);
        if (!str_blank(document->runbook_change)) {
            buf_printf(&out, "\n## %s\n\n%s\n", i18n_text(lang, "review.runbook_change"), document->runbook_change);
        }
    }
    return out.data;
}

/* --- import --- */

static const struct {
    const char *section;
    const char *words[10]; /* any of them in a heading, lower case */
} HEADINGS[] = {
    { "summary", { "요약", "개요", "summary", "overview" } },
    { "timeline", { "타임라인", "timeline", "경과" } },
    { "cause", { "원인", "root cause", "cause", "trigger" } },
    { "impact", { "영향", "impact", "피해" } },
    { "resolution", { "해결", "대응", "조치 내용", "resolution", "response", "mitigation" } },
    { "prevention", { "재발", "예방", "액션", "prevention", "action item", "follow-up", "remediation" } },
    { "lessons", { "교훈", "배운", "잘한", "lessons", "what went", "learned" } },
};

static const char *section_of(struct arena *arena, const char *heading, size_t len) {
    char *folded = arena_strn(arena, heading, len);
    for (char *at = folded; *at != '\0'; at++) {
        if (*at >= 'A' && *at <= 'Z') *at = (char)(*at - 'A' + 'a');
    }
    for (size_t i = 0; i < sizeof HEADINGS / sizeof *HEADINGS; i++) {
        for (size_t k = 0; k < 10 && HEADINGS[i].words[k] != NULL; k++) {
            if (strstr(folded, HEADINGS[i].words[k]) != NULL) return HEADINGS[i].section;
        }
    }
    return NULL;
}

/* Level of an ATX heading of at least two marks ("## x"), 0 if the line is none. The title line "# x" is not a section.
 */
static size_t heading_level(const char *line) {
    size_t level = strspn(line, "#");
    return level >= 2 && level <= 6 && line[level] == ' ' ? level : 0;
}

enum { KINDS = sizeof HEADINGS / sizeof *HEADINGS };

/* Every line into the body of the section it stands under. */
static void cut_at_headings(struct arena *arena, const char *text, struct buf bodies[KINDS]) {
    size_t now = 0; /* text before the first heading belongs to the summary */
    bool in_code = false;
    while (*text != '\0') {
        size_t len = strcspn(text, "\n");
        if (str_starts(text, "```")) in_code = !in_code;
        size_t level = in_code ? 0 : heading_level(text);
        const char *section = level == 0 ? NULL : section_of(arena, text + level, len - level);
        bool title = !in_code && text[0] == '#' && text[1] == ' ';
        for (size_t i = 0; section != NULL && i < KINDS; i++) {
            if (str_eq(HEADINGS[i].section, section)) now = i;
        }
        if (section == NULL && !title) {
            buf_add(&bodies[now], text, len);
            buf_putc(&bodies[now], '\n');
        }
        text += len + (text[len] == '\n' ? 1 : 0);
    }
}

bool document_from_markdown(struct op *op, const char *markdown, struct document_save *out, struct error *err) {
    const char *text = field_text(op, "text", markdown, IMPORT_MAX, FIELD_REQUIRED | FIELD_MULTILINE);
    if (op->fields.count > 0) return OP_INVALID(op, err);
    struct buf bodies[KINDS];
    for (size_t i = 0; i < KINDS; i++) buf_init(&bodies[i], op->arena, (size_t)SECTION_MAX * 4);
    cut_at_headings(op->arena, text, bodies);
    struct section_save *sections = ARENA_ARRAY(op->arena, KINDS, struct section_save);
    size_t count = 0;
    for (size_t i = 0; i < KINDS; i++) {
        const char *body = str_clean(op->arena, bodies[i].data);
        if (bodies[i].overflow) op_field_error(op, "text", "too_long", "40000");
        if (!str_blank(body)) sections[count++] = (struct section_save){ HEADINGS[i].section, body, -1 };
    }
    if (op->fields.count > 0) return OP_INVALID(op, err);
    *out = (struct document_save){ .sections = sections, .section_count = count, .shape = "postmortem" };
    return true;
}
