/* What templates see of a document: see document_view.h. */
#include "pages/review/document_view.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/json.h"
#include "base/str.h"
#include "text/i18n.h"
#include "text/markdown.h"
#include "text/when.h"

#include <string.h>

enum { HASH_SHOWN = 12, HTML_MAX = 1024 * 1024 };

bool document_data_load(struct op *op, const char *ref, enum document_kind kind, struct document_data *out,
                        struct error *err) {
    *out = (struct document_data){ .kind = kind };
    return incident_view(op, ref, &out->incident, err) && document_find(op, ref, kind, &out->document, err) &&
           document_approvals(op, out->document.id, &out->approvals, err) &&
           document_revisions(op, out->document.id, &out->revisions, err) &&
           typing_find(op, ref, kind, &out->typing, err);
}

enum document_kind document_kind_of(const struct request *request) {
    return strstr(request->route, "/retro") != NULL ? DOCUMENT_RETRO : DOCUMENT_REPORT;
}

const char *document_url(const struct screen *screen, const struct document_data *data) {
    return path_of(screen, "/incidents/%s/%s", data->incident.incident.ref, document_kind_name(data->kind));
}

const char *document_html(const struct screen *screen, const char *markdown) {
    struct error err;
    char *html;
    if (markdown_render(screen->op->arena, markdown == NULL ? "" : markdown, &html, &err)) return html;
    struct buf plain;
    buf_init(&plain, screen->op->arena, HTML_MAX);
    buf_puts(&plain, "<pre class=\"verbatim\">");
    buf_html(&plain, markdown, strlen(markdown));
    buf_puts(&plain, "</pre>");
    return plain.data;
}

/* --- sections --- */

bool document_editable(const struct screen *screen, const struct document *document) {
    bool in_review = document->state == DOCUMENT_SUBMITTED || document->state == DOCUMENT_APPROVED;
    return screen_may(screen, PERM_RESPOND) && !in_review;
}

/* Who else is at this section now: "이도윤, 박서연 님이 고치고 있습니다". */
const char *document_editors(const struct screen *screen, const struct typing *typing, const char *section) {
    struct buf names;
    buf_init(&names, screen->op->arena, 4096);
    for (size_t i = 0; i < typing->other_count; i++) {
        if (!str_eq(typing->others[i].section, section)) continue;
        buf_printf(&names, "%s%s", names.len > 0 ? ", " : "", typing->others[i].person);
    }
    if (names.len == 0) return "";
    return i18n_format(screen->op->lang, screen->op->arena, "document.editing_now", I18N_ARGS({ "names", names.data }));
}

/* Text typed and not saved, also after a crash or a lost session, stands in the box. If somebody saved the section
 * meanwhile, both texts are shown and the next save is against what is stored. */
static void put_typed(struct screen *screen, json_t *row, const struct section *section, const struct typed *typed) {
    json_put_text(row, "body", typed->body);
    json_put_bool(row, "open", true);
    json_put(row, "kept_at", view_instant(screen, typed->at));
    json_put_text(row, "typed_number", path_of(screen, "%lld", (long long)typed->number));
    json_put_text(row, "typed_screen", typed->screen);
    if (typed->base == section->version) return;
    json_t *conflict = json_object();
    json_put_text(conflict, "theirs", section->body);
    json_put(row, "conflict", conflict);
    json_put_text(row, "error", say(screen, "error.document.section_changed"));
}

json_t *document_section_row(struct screen *screen, const struct document_data *data, const struct section *section,
                             size_t number) {
    const char *stored = section->body == NULL ? "" : section->body;
    const struct typed *typed = typing_of(&data->typing, section->key);
    json_t *row = json_object();
    json_put_text(row, "key", section->key);
    json_put_text(row, "number", path_of(screen, "%zu", number));
    json_put_text(row, "title", say(screen, path_of(screen, "review.section.%s", section->key)));
    json_put_text(row, "stored", stored);
    json_put_text(row, "body", stored);
    json_put_bool(row, "blank", str_blank(stored));
    json_put_text(row, "body_html", document_html(screen, stored));
    json_put_text(row, "base", path_of(screen, "%lld", (long long)section->version));
    json_put_text(row, "action", path_of(screen, "%s/sections/%s", document_url(screen, data), section->key));
    json_put_text(row, "by", section->version == 0 ? NULL : section->updated_by);
    json_put(row, "at", section->version == 0 ? json_null() : view_instant(screen, section->updated_at));
    json_put(row, "conflict", json_null());
    json_put_text(row, "error", NULL);
    json_put_bool(row, "open", false);
    json_put(row, "kept_at", json_null());
    json_put_text(row, "typed_number", "0");
    json_put_text(row, "typed_screen", "");
    json_put_text(row, "editors", document_editors(screen, &data->typing, section->key));
    if (typed != NULL && document_editable(screen, &data->document) && !str_eq(typed->body, stored)) {
        put_typed(screen, row, section, typed);
    }
    bool preview = str_eq(request_query(screen->request, "preview"), section->key);
    json_put_text(row, "preview_html", preview ? document_html(screen, json_text(row, "body")) : NULL);
    return row;
}

static void add_sections(struct screen *screen, const struct document_data *data) {
    json_t *sections = json_array();
    for (size_t i = 0; i < data->document.section_count; i++) {
        json_push(sections, document_section_row(screen, data, &data->document.sections[i], i + 1));
    }
    json_put(screen->view, "sections", sections);
}

/* document.whys_WORD, or NULL. */
static const char *why_word(enum why_fault fault) {
    static const char *const WORDS[] = { [WHY_FINE] = NULL,
                                         [WHY_NOT_CUSTOMER] = "customer_side",
                                         [WHY_NO_ANSWER] = "required",
                                         [WHY_NO_EVIDENCE] = "evidence" };
    return WORDS[fault];
}

/* The chain as it is read; a step that breaks a rule of the whys says so while it can be mended. */
static void add_whys(struct screen *screen, const struct document *document) {
    json_t *whys = json_array();
    bool editable = document_editable(screen, document);
    for (size_t i = 0; i < document->why_count; i++) {
        const struct why *why = &document->whys[i];
        const char *code = editable ? why_word(whys_fault(screen->op, document, i)) : NULL;
        json_t *row = json_object();
        json_put_text(row, "number", path_of(screen, "%zu", i + 1));
        json_put_text(row, "question", why->question);
        json_put_text(row, "answer", why->answer);
        json_put_text(row, "evidence", why->evidence);
        json_put_bool(row, "has_evidence", !str_blank(why->evidence));
        json_put_text(row, "fault", code == NULL ? NULL : say(screen, path_of(screen, "document.whys_%s", code)));
        json_push(whys, row);
    }
    json_put(screen->view, "whys", whys);
}

/* The phases with their times, how long each took, and whether it could have been faster (000 §9). */
static void add_pace(struct screen *screen, const struct document_data *data) {
    const struct incident *incident = &data->incident.incident;
    int64_t before = incident_begin(incident);
    json_t *rows = json_array();
    bool any = false;
    for (int phase = PACE_FIRST; phase <= PACE_LAST; phase++) {
        int64_t at = incident->phase_at[phase];
        const char *note = data->document.pace[phase];
        const char *name = incident_phase_name((enum incident_phase)phase);
        json_t *row = json_object();
        json_put_text(row, "name", name);
        json_put_text(row, "label", label(screen, "phase", name));
        json_put_text(row, "at", at == 0 ? NULL : when_minute(screen->op->arena, screen->organisation.tz, at));
        bool took = at != 0 && at >= before;
        json_put_text(row, "took", took ? when_duration(screen->op->arena, screen->op->lang, before, at) : NULL);
        json_put_text(row, "note", note);
        json_push(rows, row);
        if (took) before = at;
        any = any || note != NULL;
    }
    json_put(screen->view, "pace", rows);
    json_put_bool(screen->view, "has_pace", any);
}

/* --- who decided what, and what was frozen --- */

static void add_approvals(struct screen *screen, const struct approval_list *list) {
    json_t *rows = json_array();
    for (size_t i = list->count; i-- > 0;) { /* newest first */
        const struct approval *approval = &list->items[i];
        bool good = str_eq(approval->decision, "approved");
        json_t *row = json_object();
        json_put_text(row, "person", approval->person);
        json_put_text(row, "role", say(screen, path_of(screen, "common.role.%s", approval->role)));
        json_put_text(row, "decision", say(screen, good ? "document.approved" : "document.returned"));
        json_put_text(row, "tone", good ? "good" : "warn");
        json_put_text(row, "note", approval->note);
        json_put_text(row, "revision", path_of(screen, "%lld", (long long)approval->revision));
        json_put(row, "at", view_instant(screen, approval->decided_at));
        json_push(rows, row);
    }
    json_put(screen->view, "approvals", rows);
}

static void add_revisions(struct screen *screen, const struct document_data *data) {
    json_t *rows = json_array();
    for (size_t i = 0; i < data->revisions.count; i++) {
        const struct revision *revision = &data->revisions.items[i];
        json_t *row = json_object();
        json_put_text(row, "number", path_of(screen, "%lld", (long long)revision->number));
        json_put_text(row, "reason", say(screen, path_of(screen, "document.reason_%s", revision->reason)));
        json_put_text(row, "by", revision->made_by);
        json_put_text(row, "hash", arena_strn(screen->op->arena, revision->hash, HASH_SHOWN));
        json_put_text(row, "verify", path_of(screen, "/verify?hash=%s", revision->hash));
        json_put_text(row, "diff",
                      path_of(screen, "%s/history?to=%lld", document_url(screen, data), (long long)revision->number));
        json_put(row, "at", view_instant(screen, revision->made_at));
        json_push(rows, row);
    }
    json_put(screen->view, "revisions", rows);
}

/* --- the document itself --- */

static const struct clock_row *clock_of(const struct document_data *data) {
    enum clock_kind kind = data->kind == DOCUMENT_REPORT ? CLOCK_REPORT : CLOCK_RETRO;
    for (size_t i = 0; i < data->incident.clock_count; i++) {
        if (data->incident.clocks[i].kind == kind) return &data->incident.clocks[i];
    }
    return NULL;
}

static void add_clock(struct screen *screen, json_t *view, const struct document_data *data) {
    const struct clock_row *clock = clock_of(data);
    bool running =
        clock != NULL && (clock->state == CLOCK_PENDING || (clock->state == CLOCK_MISSED && clock->met_at == 0));
    const char *state = clock == NULL ? NULL : clock_state_name(clock->state);
    json_put(view, "until", running ? view_until(screen, clock->due_at) : json_null());
    json_put_text(view, "clock", clock == NULL || running ? NULL : label(screen, "clock_state", state));
    json_put_text(view, "clock_tone", str_eq(state, "met") ? "good" : str_eq(state, "missed") ? "bad" : "");
    json_put(view, "due", view_instant(screen, clock == NULL ? 0 : clock->due_at));
}

static void add_steps(struct screen *screen, json_t *view, const struct document *document) {
    bool in_review = document->state == DOCUMENT_SUBMITTED || document->state == DOCUMENT_APPROVED;
    bool respond = screen_may(screen, PERM_RESPOND), review = screen_may(screen, PERM_REVIEW);
    json_put_bool(view, "editable", document_editable(screen, document));
    json_put_bool(view, "may_submit", respond && document->state == DOCUMENT_DRAFT);
    json_put_bool(view, "may_decide", review && in_review);
    json_put_bool(view, "may_publish", review && document->state != DOCUMENT_PUBLISHED);
    json_put_bool(view, "in_review", in_review);
    json_put_bool(view, "published", document->state == DOCUMENT_PUBLISHED);
}

static const char *people_line(const struct screen *screen, const char *text) {
    char **names;
    if (text == NULL) return NULL;
    size_t count = str_split(screen->op->arena, text, "\r\n", &names);
    struct buf line;
    buf_init(&line, screen->op->arena, 8192);
    for (size_t i = 0; i < count; i++) buf_printf(&line, "%s%s", i > 0 ? ", " : "", names[i]);
    return line.data;
}

static void add_facts(struct screen *screen, const struct document *document) {
    json_t *facts = json_array();
    if (document->scheduled_at != 0) {
        view_fact(screen, facts, "document.scheduled_at",
                  when_minute(screen->op->arena, screen->organisation.tz, document->scheduled_at));
    }
    view_fact(screen, facts, "review.facilitator", document->facilitator);
    view_fact(screen, facts, "review.attendees", people_line(screen, document->attendees));
    view_fact(screen, facts, "review.lesson", document->lesson);
    view_fact(screen, facts, "review.runbook_change", document->runbook_change);
    json_put(screen->view, "facts", facts);
    json_put_bool(screen->view, "has_facts", json_array_size(facts) > 0);
}

static void add_tabs(struct screen *screen, const struct document_data *data) {
    json_t *tabs = json_array();
    for (enum document_kind kind = DOCUMENT_REPORT; kind < DOCUMENT_KIND_COUNT; kind++) {
        const char *name = document_kind_name(kind);
        json_t *tab = json_object();
        json_put_text(tab, "label", say(screen, path_of(screen, "document.%s", name)));
        json_put_text(tab, "url", path_of(screen, "/incidents/%s/%s", data->incident.incident.ref, name));
        json_put_bool(tab, "current", kind == data->kind);
        json_push(tabs, tab);
    }
    json_put(screen->view, "tabs", tabs);
}

void document_view(struct screen *screen, const struct document_data *data) {
    static const char *const TONE[] = { [DOCUMENT_DRAFT] = "",
                                        [DOCUMENT_SUBMITTED] = "accent",
                                        [DOCUMENT_APPROVED] = "good",
                                        [DOCUMENT_PUBLISHED] = "good" };
    const struct document *document = &data->document;
    json_t *view = json_object();
    const char *name = document_kind_name(data->kind);
    json_put_text(view, "url", document_url(screen, data));
    json_put_text(view, "api", path_of(screen, "/api/v1%s", document_url(screen, data)));
    json_put_text(view, "kind", name);
    json_put_bool(view, "retro", data->kind == DOCUMENT_RETRO);
    json_put_text(view, "shape", say(screen, path_of(screen, "review.shape.%s", document->shape)));
    json_put_text(view, "state", say(screen, path_of(screen, "review.state.%s", document_state_name(document->state))));
    json_put_text(view, "tone", TONE[document->state]);
    json_put_text(view, "revision",
                  document->revision == 0 ? NULL : path_of(screen, "%lld", (long long)document->revision));
    json_put_bool(view, "scheduled", document->scheduled_at != 0);
    json_put_text(view, "doc_lang", document->lang);
    add_clock(screen, view, data);
    add_steps(screen, view, document);
    json_put(screen->view, "document", view);
    json_put(screen->view, "incident", view_incident_row(screen, &data->incident.incident));
    screen_title(screen, path_of(screen, "%s %s", data->incident.incident.ref,
                                 say(screen, path_of(screen, "document.%s", name))));
    add_sections(screen, data);
    add_whys(screen, document);
    add_pace(screen, data);
    add_facts(screen, document);
    add_approvals(screen, &data->approvals);
    add_revisions(screen, data);
    add_tabs(screen, data);
}
