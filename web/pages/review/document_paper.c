/* Documents on paper: the A4 view with its approval boxes, what changed between revisions, and the public page that
 * says whether a hash on paper is one of ours (R-J8). */
#include "pages/review/document_view.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/json.h"
#include "base/str.h"
#include "text/diff.h"
#include "text/when.h"
#include "app.h"

#include <string.h>

enum { LINES_MAX = 256 * 1024 };

static bool open_document(struct request *request, struct response *response, struct screen *screen,
                          struct document_data *data) {
    struct error err;
    if (!screen_open(request, response, "document.report", screen)) return false;
    if (document_data_load(request->op, request_param(request, "ref"), document_kind_of(request), data, &err)) {
        document_view(screen, data);
        return true;
    }
    respond_error(request, response, &err);
    return false;
}

/* --- print --- */

static void add_box(const struct screen *screen, json_t *boxes, const char *label_key, const char *person, int64_t at) {
    json_t *box = json_object();
    json_put_text(box, "label", say(screen, label_key));
    json_put_text(box, "person", person);
    json_put_text(box, "date", at == 0 ? NULL : when_date(screen->op->arena, screen->organisation.tz, at));
    json_push(boxes, box);
}

/* 결재선: who wrote it (asked for review), who agreed first and last, since the text was last sent to review. */
static void add_boxes(struct screen *screen, const struct document_data *data) {
    const struct revision *written = NULL;
    const struct approval *first = NULL, *last = NULL;
    for (size_t i = 0; i < data->revisions.count && written == NULL; i++) {
        const struct revision *revision = &data->revisions.items[i];
        bool only = i + 1 == data->revisions.count; /* published without a review before */
        if (str_eq(revision->reason, "submitted") || only) written = revision;
    }
    if (data->document.state == DOCUMENT_DRAFT) written = NULL;
    for (size_t i = 0; written != NULL && i < data->approvals.count; i++) {
        const struct approval *approval = &data->approvals.items[i];
        if (approval->revision < written->number || !str_eq(approval->decision, "approved")) continue;
        if (first == NULL) first = approval;
        last = approval;
    }
    json_t *boxes = json_array();
    static const struct approval NOBODY = { 0 };
    if (first == NULL) first = last = &NOBODY;
    if (written == NULL) add_box(screen, boxes, "document.written", NULL, 0);
    else add_box(screen, boxes, "document.written", written->made_by, written->made_at);
    add_box(screen, boxes, "document.reviewed", first->person, first->decided_at);
    add_box(screen, boxes, "document.agreed", last->person, last->decided_at);
    json_put(screen->view, "boxes", boxes);
}

static void page_print(struct request *request, struct response *response) {
    struct screen screen;
    struct document_data data;
    if (!open_document(request, response, &screen, &data)) return;
    bool frozen = data.document.state != DOCUMENT_DRAFT && data.revisions.count > 0;
    const struct revision *newest = frozen ? &data.revisions.items[0] : NULL;
    int64_t at = frozen ? newest->made_at : request->op->now_ms;
    add_boxes(&screen, &data);
    json_put_text(screen.view, "organisation", screen.organisation.name);
    json_put_text(screen.view, "made", when_minute(request->op->arena, screen.organisation.tz, at));
    json_put_bool(screen.view, "frozen", frozen);
    json_put_text(screen.view, "hash", frozen ? newest->hash : NULL);
    json_put_text(screen.view, "verify_url", path_of(&screen, "%s/verify", request->app->base_url));
    respond_fragment(request, response, "pages/paper", screen.view);
}

/* --- what changed --- */

static const struct revision *revision_by_number(const struct revision_list *list, const char *text,
                                                 const struct revision *otherwise) {
    int64_t number;
    if (text == NULL || !str_to_i64(text, &number)) return otherwise;
    for (size_t i = 0; i < list->count; i++) {
        if (list->items[i].number == number) return &list->items[i];
    }
    return otherwise;
}

static const struct revision *revision_before(const struct revision_list *list, const struct revision *revision) {
    const struct revision *last = list->items + list->count - 1;
    return revision < last ? revision + 1 : last; /* newest first */
}

static json_t *frozen_content(struct op *op, const struct revision *revision) {
    struct error err;
    json_t *content = NULL;
    if (!json_parse(op->arena, revision->content, strlen(revision->content), &content, &err)) return NULL;
    return content;
}

static json_t *section_diff(const struct screen *screen, const char *title, const char *before, const char *after) {
    struct diff_part *parts;
    size_t count = diff_lines(screen->op->arena, before, after, &parts);
    json_t *row = json_object(), *list = json_array();
    for (size_t i = 0; i < count; i++) {
        json_t *part = json_object();
        json_put_text(part, "text", parts[i].text);
        json_put_bool(part, "added", parts[i].kind == DIFF_ADDED);
        json_put_bool(part, "removed", parts[i].kind == DIFF_REMOVED);
        json_push(list, part);
    }
    json_put_text(row, "title", title);
    json_put(row, "parts", list);
    return row;
}

/* A part of a retrospective as lines to compare, each with its label. */
static void add_line(const struct screen *screen, struct buf *out, const char *label_key, const char *value) {
    if (!str_blank(value)) buf_printf(out, "%s: %s\n", say(screen, label_key), value);
}

static const char *part_lines(const struct screen *screen, const json_t *content, enum document_part part) {
    struct buf out;
    size_t index;
    json_t *why, *note;
    const char *phase;
    buf_init(&out, screen->op->arena, LINES_MAX);
    switch (part) {
    case PART_FACTS:
        add_line(screen, &out, "review.lesson", json_text(content, "lesson"));
        add_line(screen, &out, "review.runbook_change", json_text(content, "runbook_change"));
        break;
    case PART_MEETING:
        add_line(screen, &out, "document.scheduled_at", json_text(content, "scheduled_at"));
        add_line(screen, &out, "review.facilitator", json_text(content, "facilitator"));
        add_line(screen, &out, "review.attendees", json_text(content, "attendees"));
        break;
    case PART_WHYS:
        json_array_foreach(json_object_get(content, "whys"), index, why) {
            add_line(screen, &out, "document.why_question", json_text(why, "question"));
            add_line(screen, &out, "document.why_answer", json_text(why, "answer"));
            add_line(screen, &out, "document.why_evidence", json_text(why, "evidence"));
        }
        break;
    case PART_PACE:
        json_object_foreach(json_object_get(content, "pace"), phase, note) {
            add_line(screen, &out, path_of(screen, "label.phase.%s", phase), json_string_value(note));
        }
        break;
    default: break;
    }
    return out.data;
}

/* Sections of both in the order of the later one; those that are only in the earlier come after them, the parts of a
 * retrospective last. */
static json_t *diff_view(const struct screen *screen, const struct revision *from, const struct revision *to) {
    json_t *old_content = frozen_content(screen->op, from), *new_content = frozen_content(screen->op, to);
    json_t *before = json_object_get(old_content, "sections"), *after = json_object_get(new_content, "sections");
    json_t *rows = json_array(), *text;
    const char *key;
    json_object_foreach(after, key, text) {
        const char *old = json_text(before, key), *new = json_string_value(text);
        const char *title = say(screen, path_of(screen, "review.section.%s", key));
        if (str_eq(old == NULL ? "" : old, new == NULL ? "" : new)) continue;
        json_push(rows, section_diff(screen, title, old == NULL ? "" : old, new == NULL ? "" : new));
    }
    json_object_foreach(before, key, text) {
        const char *title = say(screen, path_of(screen, "review.section.%s", key));
        if (json_object_get(after, key) != NULL || str_blank(json_string_value(text))) continue;
        json_push(rows, section_diff(screen, title, json_string_value(text), ""));
    }
    for (enum document_part part = PART_FACTS; part < PART_COUNT; part++) {
        const char *old = part_lines(screen, old_content, part), *new = part_lines(screen, new_content, part);
        const char *title = say(screen, path_of(screen, "document.part_%s", document_part_name(part)));
        if (!str_eq(old, new)) json_push(rows, section_diff(screen, title, old, new));
    }
    return rows;
}

static void add_choices(struct screen *screen, const struct document_data *data, const char *member,
                        const struct revision *chosen) {
    json_t *choices = json_array();
    for (size_t i = 0; i < data->revisions.count; i++) {
        const struct revision *revision = &data->revisions.items[i];
        json_t *row = json_object();
        json_put_text(row, "number", path_of(screen, "%lld", (long long)revision->number));
        json_put_text(row, "reason", say(screen, path_of(screen, "document.reason_%s", revision->reason)));
        json_put_bool(row, "chosen", revision == chosen);
        json_push(choices, row);
    }
    json_put(screen->view, member, choices);
}

static void page_history(struct request *request, struct response *response) {
    struct screen screen;
    struct document_data data;
    if (!open_document(request, response, &screen, &data)) return;
    const struct revision_list *list = &data.revisions;
    json_put_bool(screen.view, "any", list->count > 0);
    if (list->count == 0) {
        json_put(screen.view, "changes", json_array());
    } else {
        const struct revision *to = revision_by_number(list, request_query(request, "to"), &list->items[0]);
        const struct revision *from =
            revision_by_number(list, request_query(request, "from"), revision_before(list, to));
        add_choices(&screen, &data, "from_choices", from);
        add_choices(&screen, &data, "to_choices", to);
        json_put(screen.view, "changes", diff_view(&screen, from, to));
    }
    screen_show(&screen, "pages/document_history");
}

/* --- is this paper ours? --- */

static void page_verify(struct request *request, struct response *response) {
    struct screen screen;
    struct revision_check check = { .found = false };
    struct error err;
    const char *hash = request_query(request, "hash");
    if (!screen_open(request, response, "document.verify_title", &screen)) return;
    char **words;
    bool asked = !str_blank(hash);
    const char *clean = asked && str_split(request->op->arena, hash, " \t\r\n-", &words) > 0 ? words[0] : "";
    if (asked && !document_check_hash(request->op, clean, &check, &err)) {
        respond_error(request, response, &err);
        return;
    }
    json_put_bool(screen.view, "asked", asked);
    json_put_text(screen.view, "hash", asked ? clean : "");
    json_put_bool(screen.view, "known", check.found);
    json_put_bool(screen.view, "newest", check.newest);
    json_t *facts = json_array();
    if (check.found) {
        view_fact(&screen, facts, "document.document",
                  path_of(&screen, "%s %s", check.incident_ref,
                          say(&screen, path_of(&screen, "document.%s", document_kind_name(check.kind)))));
        view_fact(&screen, facts, "document.revision", path_of(&screen, "%lld", (long long)check.number));
        view_fact(&screen, facts, "document.frozen_at",
                  when_minute(request->op->arena, screen.organisation.tz, check.made_at));
    }
    json_put(screen.view, "facts", facts);
    screen_show(&screen, "pages/verify");
}

#define READ PERM_READ, CSRF_SAFE, BODY_NONE, RATE_PAGE
static const struct route ROUTES[] = {
    { HTTP_GET, "/incidents/:ref/report/print", page_print, READ },
    { HTTP_GET, "/incidents/:ref/retro/print", page_print, READ },
    { HTTP_GET, "/incidents/:ref/report/history", page_history, READ },
    { HTTP_GET, "/incidents/:ref/retro/history", page_history, READ },
    { HTTP_GET, "/verify", page_verify, PERM_PUBLIC, CSRF_SAFE, BODY_NONE, RATE_PUBLIC },
};
const struct route_table DOCUMENT_PAPER_ROUTES = ROUTE_TABLE(ROUTES);
