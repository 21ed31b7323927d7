/* A document as one HTML file: see document_text.h. */
#include "review/document_text.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/json.h"
#include "base/str.h"
#include "text/i18n.h"
#include "text/markdown.h"
#include "view/template.h"

#include <string.h>

enum { FILE_MAX = 4 * 1024 * 1024 };

/* Markdown as safe HTML; what cannot be rendered stands as it was typed. */
static const char *body_html(struct arena *arena, const char *markdown) {
    struct error err;
    char *html;
    if (markdown_render(arena, markdown == NULL ? "" : markdown, &html, &err)) return html;
    struct buf plain;
    buf_init(&plain, arena, (size_t)SECTION_MAX * 8);
    buf_puts(&plain, "<pre>");
    buf_html(&plain, markdown, strlen(markdown));
    buf_puts(&plain, "</pre>");
    return plain.data;
}

static void add_fact(const struct i18n *lang, json_t *facts, const char *key, const char *value) {
    if (str_blank(value)) return;
    json_t *row = json_object();
    json_put_text(row, "label", i18n_text(lang, key));
    json_put_text(row, "value", value);
    json_push(facts, row);
}

static void add_sections(struct arena *arena, const struct i18n *lang, const struct document *document, json_t *view) {
    json_t *rows = json_array();
    for (size_t i = 0; i < document->section_count; i++) {
        const struct section *section = &document->sections[i];
        json_t *row = json_object();
        json_put_text(row, "number", arena_printf(arena, "%zu", i + 1));
        json_put_text(row, "title", i18n_text(lang, arena_printf(arena, "review.section.%s", section->key)));
        json_put_text(row, "body_html", body_html(arena, str_blank(section->body) ? "–" : section->body));
        json_push(rows, row);
    }
    json_put(view, "sections", rows);
}

static void add_parts(struct arena *arena, const struct i18n *lang, const struct document *document, json_t *view) {
    json_t *facts = json_array(), *pace = json_array(), *whys = json_array();
    add_fact(lang, facts, "review.facilitator", document->facilitator);
    add_fact(lang, facts, "review.attendees", document->attendees);
    add_fact(lang, facts, "review.lesson", document->lesson);
    add_fact(lang, facts, "review.runbook_change", document->runbook_change);
    for (int phase = PACE_FIRST; phase <= PACE_LAST; phase++) {
        const char *name = incident_phase_name((enum incident_phase)phase);
        add_fact(lang, pace, arena_printf(arena, "label.phase.%s", name), document->pace[phase]);
    }
    for (size_t i = 0; i < document->why_count; i++) {
        json_t *row = json_object();
        json_put_text(row, "question", document->whys[i].question);
        json_put_text(row, "answer", document->whys[i].answer);
        const char *evidence = document->whys[i].evidence;
        json_put_text(row, "evidence", str_blank(evidence) ? NULL : evidence);
        json_push(whys, row);
    }
    json_put_bool(view, "has_facts", json_array_size(facts) > 0);
    json_put_bool(view, "has_pace", json_array_size(pace) > 0);
    json_put_bool(view, "has_whys", json_array_size(whys) > 0);
    json_put(view, "facts", facts);
    json_put(view, "pace", pace);
    json_put(view, "whys", whys);
}

bool document_html_file(struct op *op, const struct document *document, const char *headline, const char **out,
                        struct error *err) {
    const struct i18n *lang = i18n_get(document->lang);
    struct buf file;
    json_t *view = json_obj(op->arena);
    json_put_text(view, "lang", document->lang);
    json_put_text(view, "ref", document->incident_ref);
    json_put_text(view, "headline", headline);
    json_put_text(view, "shape", i18n_text(lang, arena_printf(op->arena, "review.shape.%s", document->shape)));
    const char *state = arena_printf(op->arena, "review.state.%s", document_state_name(document->state));
    json_put_text(view, "state", i18n_text(lang, state));
    add_sections(op->arena, lang, document, view);
    add_parts(op->arena, lang, document, view);
    buf_init(&file, op->arena, FILE_MAX);
    if (!template_render("documents/file", view, lang, &file, err)) return false;
    *out = file.data;
    return true;
}
