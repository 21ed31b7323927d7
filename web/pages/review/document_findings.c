/* Findings of the wording rules on a document's page: see document_findings.h. Each names the place, the words and why;
 * one press puts the offered words in their place, and a reason keeps them as they are. Both work without JavaScript.
 * The finding is looked for again when the press arrives: what the page showed may be gone by then. */
#include "pages/review/document_findings.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/json.h"
#include "base/str.h"
#include "wording/gate.h"

#include <string.h>

static bool names_section(const struct document *document, const char *key) {
    for (size_t i = 0; i < document->section_count; i++) {
        if (str_eq(document->sections[i].key, key)) return true;
    }
    return false;
}

static json_t *finding_row(const struct screen *screen, const struct document_data *data,
                           const struct wording_reviewed *item) {
    const struct wording_finding *finding = &item->finding;
    const char *key = item->part->key;
    bool section = names_section(&data->document, key);
    const char *better = finding->suggestions == NULL ? NULL : finding->suggestions[0];
    json_t *row = json_object();
    json_put_text(row, "place",
                  say(screen, section ? path_of(screen, "review.section.%s", key) : "document.other_place"));
    json_put_text(row, "url",
                  section                   ? path_of(screen, "#section-%s", key)
                  : str_starts(key, "whys") ? "#whys"
                                            : "#about-title");
    json_put_text(
        row, "words",
        arena_strn(screen->op->arena, item->part->text + finding->start_byte, finding->end_byte - finding->start_byte));
    json_put_text(row, "message", finding->message);
    json_put_text(row, "better", str_blank(better) ? NULL : better);
    json_put_bool(row, "fixable", section && better != NULL);
    json_put_text(row, "part", key);
    json_put_text(row, "rule", finding->rule);
    json_put_text(row, "start", path_of(screen, "%lld", (long long)finding->start));
    return row;
}

void document_findings(struct screen *screen, const struct document_data *data, const struct error *err) {
    struct wording_review review;
    struct error failed;
    json_t *rows = json_array();
    json_put_text(screen->view, "findings_title", NULL);
    json_put(screen->view, "findings", rows);
    bool refused = err != NULL && str_eq(err->code, "wording.blocked");
    bool editable = json_is_true(json_object_get(json_object_get(screen->view, "document"), "editable"));
    json_put_bool(screen->view, "may_waive", editable);
    json_put_text(screen->view, "findings_url", json_text(json_object_get(screen->view, "document"), "url"));
    if ((!editable && !refused) ||
        !document_wording(screen->op, data->incident.incident.ref, data->kind, &review, &failed)) {
        return;
    }
    for (size_t i = 0; i < review.count; i++) {
        const struct wording_reviewed *item = &review.items[i];
        if (item->waiver != NULL || item->finding.severity != WORDING_BLOCK) continue;
        json_push(rows, finding_row(screen, data, item));
    }
    if (json_array_size(rows) == 0) return;
    json_put_text(screen->view, "findings_title",
                  say_count(screen, "document.findings", (int64_t)json_array_size(rows)));
    if (refused) json_put(screen->view, "errors", json_null());
}

/* --- fixing and keeping --- */

static void read_wish(struct request *request, struct waiver_wish *out) {
    const char *start = request_form(request, "start");
    *out = (struct waiver_wish){ .part = request_form(request, "part"),
                                 .rule = request_form(request, "rule"),
                                 .start = -1,
                                 .reason = request_form(request, "reason") };
    if (start != NULL && !str_to_i64(start, &out->start)) out->start = -1;
}

static const struct wording_reviewed *find(const struct wording_review *review, const struct waiver_wish *wish) {
    for (size_t i = 0; i < review->count; i++) {
        const struct wording_reviewed *item = &review->items[i];
        if (str_eq(item->part->key, wish->part) && str_eq(item->finding.rule, wish->rule) &&
            (int64_t)item->finding.start == wish->start) {
            return item;
        }
    }
    return NULL;
}

static bool fix(struct request *request, const struct waiver_wish *wish, struct error *err) {
    struct op *op = request->op;
    const char *ref = request_param(request, "ref");
    enum document_kind kind = document_kind_of(request);
    struct wording_review review;
    struct document document;
    if (!document_find(op, ref, kind, &document, err) || !document_wording(op, ref, kind, &review, err)) return false;
    const struct wording_reviewed *item = find(&review, wish);
    if (item == NULL || item->finding.suggestions == NULL || item->finding.suggestions[0] == NULL) {
        return ERROR(err, ERR_CONFLICT, "wording.finding_gone", "%s", ref);
    }
    struct section_save section = { .key = wish->part, .base_version = -2 };
    for (size_t i = 0; i < document.section_count; i++) {
        const struct section *stored = &document.sections[i];
        if (str_eq(stored->key, wish->part) && str_eq(stored->body, item->part->text)) {
            section.base_version = stored->version;
        }
    }
    if (section.base_version == -2) return ERROR(err, ERR_CONFLICT, "wording.finding_gone", "%s", ref);
    struct buf body;
    buf_init(&body, op->arena, (size_t)SECTION_MAX * 4);
    buf_add(&body, item->part->text, item->finding.start_byte);
    buf_puts(&body, item->finding.suggestions[0]);
    buf_puts(&body, item->part->text + item->finding.end_byte);
    section.body = body.data;
    return document_save(op, ref, kind, &(struct document_save){ .sections = &section, .section_count = 1 }, &document,
                         err);
}

static void answer(struct request *request, struct response *response, bool done, const char *flash,
                   const struct error *err) {
    const char *url = arena_printf(request->op->arena, "/incidents/%s/%s", request_param(request, "ref"),
                                   document_kind_name(document_kind_of(request)));
    if (done) respond_redirect_flash(request, response, url, flash);
    else respond_error(request, response, err);
}

static void do_fix(struct request *request, struct response *response) {
    struct waiver_wish wish;
    struct error err;
    read_wish(request, &wish);
    answer(request, response, fix(request, &wish, &err), "flash.reworded", &err);
}

static void do_waive(struct request *request, struct response *response) {
    struct waiver_wish wish;
    struct wording_review review;
    struct error err;
    read_wish(request, &wish);
    bool done =
        document_waive(request->op, request_param(request, "ref"), document_kind_of(request), &wish, &review, &err);
    answer(request, response, done, "flash.waived", &err);
}

#define WRITE PERM_RESPOND, CSRF_TOKEN, BODY_FORM, RATE_WRITE
static const struct route ROUTES[] = {
    { HTTP_POST, "/incidents/:ref/report/fix", do_fix, WRITE },
    { HTTP_POST, "/incidents/:ref/retro/fix", do_fix, WRITE },
    { HTTP_POST, "/incidents/:ref/report/waive", do_waive, WRITE },
    { HTTP_POST, "/incidents/:ref/retro/waive", do_waive, WRITE },
};
const struct route_table DOCUMENT_FINDINGS_ROUTES = ROUTE_TABLE(ROUTES);
