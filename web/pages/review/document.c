/* 장애 보고서, 회고: is it right, and is it blameless? Read, edited section by section, reviewed and published.
 *
 * Every section is a form of its own with the version it was read at. A save that comes too late changes nothing: the
 * page comes back with both texts, and the next save is against what is stored now. */
#include "pages/review/document_findings.h"
#include "pages/review/document_page.h"
#include "pages/incident/incident_runbooks.h"

#include "base/arena.h"
#include "base/json.h"
#include "base/str.h"
#include "text/i18n.h"
#include "text/refusal.h"

#include <string.h>

static const struct field_spec NOTE_FIELD = { "note", SHAPE_AREA, "document.note", "document.hint.note", false,
                                              1000,   NULL };
/* --- the page --- */

static void add_note(struct screen *screen, const struct document_refusal *refusal) {
    struct form note;
    form_open_as(screen, "note_form", &note);
    note.posted = refusal->what == REFUSED_STEP && request_form(screen->request, "note") != NULL;
    form_field(&note, &NOTE_FIELD, NULL, NULL);
}

static json_t *section_row(const struct screen *screen, const char *key) {
    size_t index;
    json_t *row;
    json_array_foreach(json_object_get(screen->view, "sections"), index, row) {
        if (str_eq(json_text(row, "key"), key)) return row;
    }
    return NULL;
}

/* Evidence sections that are not there yet can be added; one that was asked for, or typed into and not saved, stands
 * open. */
static void add_evidence(struct screen *screen, const struct document_data *data, const char *asked) {
    json_t *offers = json_array();
    const char *const *keys = document_evidence_sections();
    for (; data->kind == DOCUMENT_RETRO && *keys != NULL; keys++) {
        if (section_row(screen, *keys) != NULL) continue;
        if (str_eq(*keys, asked) || typing_of(&data->typing, *keys) != NULL) {
            json_t *sections = json_object_get(screen->view, "sections");
            const struct section empty = { .key = *keys, .body = "" };
            json_t *section = document_section_row(screen, data, &empty, json_array_size(sections) + 1);
            json_put_bool(section, "open", true);
            json_push(sections, section);
            continue;
        }
        json_t *row = json_object();
        json_put_text(row, "label", say(screen, path_of(screen, "review.section.%s", *keys)));
        json_put_text(row, "url", path_of(screen, "%s?add=%s#section-%s", document_url(screen, data), *keys, *keys));
        json_push(offers, row);
    }
    json_put(screen->view, "evidence", offers);
}

/* The refused text stays in its box; what somebody else saved meanwhile stands above it. */
static void keep_typed(struct screen *screen, const struct error *err) {
    const struct request *request = screen->request;
    json_t *row = section_row(screen, request_param(request, "key"));
    const char *typed = request_form(request, "body");
    if (row == NULL || typed == NULL) return;
    json_t *conflict = NULL;
    if (str_eq(err->code, "document.section_changed")) {
        conflict = json_object();
        json_put_text(conflict, "theirs", json_text(row, "stored"));
    }
    json_put(row, "conflict", conflict == NULL ? json_null() : conflict);
    const struct field_error *wrong = screen_faults(screen)->first;
    const struct op *op = screen->op;
    bool general = err->kind == ERR_STALE || wrong == NULL;
    json_put_text(row, "error",
                  general ? refusal_text(op->lang, op->arena, err) : refusal_field_text(op->lang, op->arena, wrong));
    json_put_text(row, "body", typed);
    json_put_bool(row, "open", true);
}

void document_page_show(struct request *request, struct response *response, const struct document_refusal *refusal) {
    static const struct document_refusal NOTHING = { 0 };
    if (refusal == NULL) refusal = &NOTHING;
    const struct error *err = refusal->err;
    bool of_section = refusal->what == REFUSED_SECTION;
    struct screen screen;
    struct document_data data;
    struct error failed;
    if (err != NULL && !screen_can_refuse(err)) {
        respond_error(request, response, err);
        return;
    }
    if (!screen_open(request, response, "document.report", &screen)) return;
    if (!document_data_load(request->op, request_param(request, "ref"), document_kind_of(request), &data, &failed) ||
        !incident_runbooks_view(&screen, request_param(request, "ref"), &failed)) {
        respond_error(request, response, &failed);
        return;
    }
    document_view(&screen, &data);
    add_note(&screen, refusal);
    if (!document_parts_view(&screen, &data, refusal, &failed)) {
        respond_error(request, response, &failed);
        return;
    }
    add_evidence(&screen, &data, of_section ? request_param(request, "key") : request_query(request, "add"));
    document_findings(&screen, &data, err);
    if (of_section) keep_typed(&screen, err);
    if (err == NULL) screen_show(&screen, "pages/document");
    else screen_refuse(&screen, "pages/document", err);
}

static void page_show(struct request *request, struct response *response) {
    document_page_show(request, response, NULL);
}

/* After a write: back to the page, at the place it was about. */
void document_page_answer(struct request *request, struct response *response, bool done, const char *flash,
                          const struct document_refusal *refusal) {
    struct arena *arena = request->op->arena;
    const char *kind = document_kind_name(document_kind_of(request));
    const char *place = "";
    if (refusal->what == REFUSED_SECTION) place = arena_printf(arena, "#section-%s", request_param(request, "key"));
    if (refusal->what == REFUSED_PART) place = arena_printf(arena, "#%s", document_part_name(refusal->part));
    if (refusal->what == REFUSED_ACTION) place = "#actions";
    if (!done) {
        document_page_show(request, response, refusal);
        return;
    }
    const char *url = arena_printf(arena, "/incidents/%s/%s%s", request_param(request, "ref"), kind, place);
    respond_redirect_flash(request, response, url, flash);
}

/* --- saving --- */

/* Browsers send line ends as CR LF; stored texts have LF. */
const char *document_lines(struct request *request, const char *name) {
    const char *text = request_form(request, name);
    char *copy = arena_str(request->op->arena, text == NULL ? "" : text), *to = copy;
    for (const char *at = copy; *at != '\0'; at++) {
        if (*at != '\r') *to++ = *at;
    }
    *to = '\0';
    return copy;
}

static void do_section(struct request *request, struct response *response) {
    const char *base = request_form(request, "base");
    struct section_save section = { .key = request_param(request, "key"), .body = document_lines(request, "body") };
    if (base == NULL || !str_to_i64(base, &section.base_version)) section.base_version = 0;
    struct document_save wanted = { .sections = &section, .section_count = 1 };
    struct document document;
    struct error err;
    bool done =
        document_save(request->op, request_param(request, "ref"), document_kind_of(request), &wanted, &document, &err);
    document_page_answer(request, response, done, "flash.saved",
                         &(struct document_refusal){ REFUSED_SECTION, 0, &err });
}

/* Keeps what was typed without saving it, and shows it as it will look. */
static void do_preview(struct request *request, struct response *response) {
    const char *key = request_param(request, "key"), *base = request_form(request, "base");
    const char *number = request_form(request, "number");
    struct typing_wish wish = { .section = key, .body = document_lines(request, "body"), .screen = "" };
    struct typing_kept kept;
    struct error err;
    if (base == NULL || !str_to_i64(base, &wish.base)) wish.base = 0;
    if (number == NULL || !str_to_i64(number, &wish.number)) wish.number = 0;
    if (!typing_keep(request->op, request_param(request, "ref"), document_kind_of(request), &wish, &kept, &err)) {
        document_page_show(request, response, &(struct document_refusal){ REFUSED_SECTION, 0, &err });
        return;
    }
    const char *kind = document_kind_name(document_kind_of(request));
    respond_redirect(response, arena_printf(request->op->arena, "/incidents/%s/%s?preview=%s#section-%s",
                                            request_param(request, "ref"), kind, key, key));
}

static void do_discard(struct request *request, struct response *response) {
    struct error err;
    bool done = typing_discard(request->op, request_param(request, "ref"), document_kind_of(request),
                               request_param(request, "key"), &err);
    document_page_answer(request, response, done, "flash.discarded",
                         &(struct document_refusal){ REFUSED_SECTION, 0, &err });
}

/* --- the steps of review --- */

static void do_submit(struct request *request, struct response *response) {
    struct document document;
    struct error err;
    bool done = document_submit(request->op, request_param(request, "ref"), document_kind_of(request), &document, &err);
    document_page_answer(request, response, done, "flash.submitted",
                         &(struct document_refusal){ REFUSED_STEP, 0, &err });
}

static void do_approve(struct request *request, struct response *response) {
    struct document document;
    struct error err;
    bool done = document_decide(request->op, request_param(request, "ref"), document_kind_of(request), true,
                                request_form(request, "note"), &document, &err);
    document_page_answer(request, response, done, "flash.approved",
                         &(struct document_refusal){ REFUSED_STEP, 0, &err });
}

static void do_return(struct request *request, struct response *response) {
    struct document document;
    struct error err;
    bool done = document_decide(request->op, request_param(request, "ref"), document_kind_of(request), false,
                                request_form(request, "note"), &document, &err);
    document_page_answer(request, response, done, "flash.returned",
                         &(struct document_refusal){ REFUSED_STEP, 0, &err });
}

static void do_publish(struct request *request, struct response *response) {
    struct document document;
    struct error err;
    struct publish_wish wish = { 0 };
    if (request_form(request, "runbook_change") != NULL) {
        wish.runbook_change = document_lines(request, "runbook_change");
        wish.base = document_base(request);
    }
    bool done =
        document_publish(request->op, request_param(request, "ref"), document_kind_of(request), &wish, &document, &err);
    document_page_answer(request, response, done, "flash.published",
                         &(struct document_refusal){ REFUSED_STEP, 0, &err });
}

#define WRITE CSRF_TOKEN, BODY_FORM, RATE_WRITE
#define BOTH(kind)                                                                                        \
    { HTTP_GET, "/incidents/:ref/" kind, page_show, PERM_READ, CSRF_SAFE, BODY_NONE, RATE_PAGE },         \
        { HTTP_POST, "/incidents/:ref/" kind "/sections/:key", do_section, PERM_RESPOND, WRITE },         \
        { HTTP_POST, "/incidents/:ref/" kind "/sections/:key/preview", do_preview, PERM_RESPOND, WRITE }, \
        { HTTP_POST, "/incidents/:ref/" kind "/sections/:key/discard", do_discard, PERM_RESPOND, WRITE }, \
        { HTTP_POST, "/incidents/:ref/" kind "/submit", do_submit, PERM_RESPOND, WRITE },                 \
        { HTTP_POST, "/incidents/:ref/" kind "/approve", do_approve, PERM_REVIEW, WRITE },                \
        { HTTP_POST, "/incidents/:ref/" kind "/return", do_return, PERM_REVIEW, WRITE }, {                \
        HTTP_POST, "/incidents/:ref/" kind "/publish", do_publish, PERM_REVIEW, WRITE                     \
    }

static const struct route ROUTES[] = {
    BOTH("report"),
    BOTH("retro"),
};
const struct route_table DOCUMENT_PAGE_ROUTES = ROUTE_TABLE(ROUTES);
