/* Documents as Markdown: see document_text.h. */
#include "review/document_text.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/str.h"
#include "review/review_internal.h"
#include "text/i18n.h"

#include <string.h>

enum { MARKDOWN_MAX = 1024 * 1024 };

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
