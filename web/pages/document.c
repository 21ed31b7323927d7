/* 장애 보고서, 회고: is it right, and is it blameless? Read, edited section by section, reviewed and published.
 *
 * Every section is a form of its own with the version it was read at. A save that comes too late changes nothing: the
 * page comes back with both texts, and the next save is against what is stored now. */
#include "pages/document_findings.h"
#include "pages/incident_runbooks.h"

#include "base/arena.h"
#include "base/json.h"
#include "base/str.h"
#include "text/i18n.h"
#include "text/when.h"

#include <string.h>

static const struct field_spec SHAPE_FIELD = { "shape", SHAPE_SELECT, "document.shape", NULL, false, 0, NULL };
static const struct field_spec NOTE_FIELD = { "note", SHAPE_AREA, "document.note", "document.hint.note", false,
                                              1000,   NULL };
static const struct field_spec RETRO_FIELDS[] = {
    { "lesson", SHAPE_LINE, "review.lesson", "document.hint.lesson", false, 200, NULL },
    { "runbook_change", SHAPE_AREA, "review.runbook_change", "document.hint.runbook_change", false, 4000, NULL },
};
static const struct field_spec MEETING_FIELDS[] = {
    { "at", SHAPE_TIME, "document.scheduled_at", NULL, true, 0, NULL },
    { "facilitator", SHAPE_LINE, "review.facilitator", NULL, false, 200, NULL },
    { "attendees", SHAPE_AREA, "review.attendees", "document.hint.attendees", false, 4000, NULL },
};

/* What a refused request was about: the rest of the page shows what is stored. */
enum refused { REFUSED_NOTHING, REFUSED_SECTION, REFUSED_FACTS, REFUSED_WHYS, REFUSED_MEETING, REFUSED_STEP };

/* --- the page --- */

static void add_forms(struct screen *screen, const struct document_data *data, enum refused refused,
                      const struct error *err) {
    const struct document *document = &data->document;
    struct form facts, meeting, note;
    form_open_as(screen, "facts_form", &facts);
    facts.posted = refused == REFUSED_FACTS;
    json_t *shapes = options_new();
    if (data->kind == DOCUMENT_RETRO) {
        static const char *const SHAPES[] = { "retrospective", "postmortem", "short" };
        for (size_t i = 0; i < sizeof SHAPES / sizeof *SHAPES; i++) {
            option_add(shapes, SHAPES[i], say(screen, path_of(screen, "review.shape.%s", SHAPES[i])));
        }
        form_field(&facts, &SHAPE_FIELD, document->shape, shapes);
        form_fields(&facts, RETRO_FIELDS, 2, (const char *const[]){ document->lesson, document->runbook_change });
    } else {
        json_decref(shapes);
    }
    form_open_as(screen, "meeting_form", &meeting);
    meeting.posted = refused == REFUSED_MEETING;
    const char *at = document->scheduled_at == 0
                         ? NULL
                         : when_input(screen->op->arena, screen->organisation.tz, document->scheduled_at);
    form_fields(&meeting, MEETING_FIELDS, 3, (const char *const[]){ at, document->facilitator, document->attendees });
    form_open_as(screen, "note_form", &note);
    note.posted = refused == REFUSED_STEP;
    form_field(&note, &NOTE_FIELD, NULL, NULL);
    if (err == NULL) return;
    /* a section or a why says itself what is wrong with it */
    if (refused == REFUSED_SECTION) return;
    form_errors(refused == REFUSED_FACTS ? &facts : refused == REFUSED_MEETING ? &meeting : &note, err);
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
    const char *key = err->kind == ERR_STALE || wrong == NULL ? path_of(screen, "error.%s", err->code)
                                                              : path_of(screen, "field_error.%s", wrong->code);
    json_put_text(row, "error",
                  i18n_format(screen->op->lang, screen->op->arena, key,
                              I18N_ARGS({ "arg", wrong == NULL || wrong->arg == NULL ? "" : wrong->arg })));
    json_put_text(row, "body", typed);
    json_put_bool(row, "open", true);
}

static void keep_typed_whys(struct screen *screen) {
    const struct request *request = screen->request;
    size_t index;
    json_t *row;
    json_array_foreach(json_object_get(screen->view, "why_rows"), index, row) {
        static const char *const PARTS[] = { "question", "answer", "evidence" };
        for (size_t i = 0; i < 3; i++) {
            const char *typed = request_form(request, path_of(screen, "%s%zu", PARTS[i], index + 1));
            if (typed != NULL) json_put_text(row, PARTS[i], typed);
        }
    }
}

static void show(struct request *request, struct response *response, enum refused refused, const struct error *err) {
    struct screen screen;
    struct document_data data;
    struct error failed;
    if (err != NULL && !screen_can_refuse(err)) {
        respond_error(request, response, err);
        return;
    }
    if (!screen_open(request, response, "document.report", &screen)) return;
    if (!document_data_load(request->op, request_param(request, "ref"), document_kind_of(request), &data, &failed)) {
        respond_error(request, response, &failed);
        return;
    }
    if (!incident_runbooks_view(&screen, request_param(request, "ref"), &failed)) {
        respond_error(request, response, &failed);
        return;
    }
    document_view(&screen, &data);
    add_forms(&screen, &data, refused, err);
    add_evidence(&screen, &data,
                 refused == REFUSED_SECTION ? request_param(request, "key") : request_query(request, "add"));
    json_put_bool(screen.view, "whys_open", refused == REFUSED_WHYS);
    document_findings(&screen, &data, err);
    if (refused == REFUSED_SECTION) keep_typed(&screen, err);
    if (refused == REFUSED_WHYS) keep_typed_whys(&screen);
    if (err == NULL) screen_show(&screen, "pages/document");
    else screen_refuse(&screen, "pages/document", err);
}

static void page_show(struct request *request, struct response *response) {
    show(request, response, REFUSED_NOTHING, NULL);
}

/* After a write: back to the page, at the place it was about. */
static void answer(struct request *request, struct response *response, bool done, const char *flash,
                   const struct error *err, enum refused refused) {
    const char *ref = request_param(request, "ref");
    const char *kind = document_kind_name(document_kind_of(request));
    const char *place = refused == REFUSED_SECTION
                            ? arena_printf(request->op->arena, "#section-%s", request_param(request, "key"))
                            : "";
    if (done) {
        const char *url = arena_printf(request->op->arena, "/incidents/%s/%s%s", ref, kind, place);
        respond_redirect_flash(request, response, url, flash);
        return;
    }
    show(request, response, refused, err);
}

/* --- saving --- */

static void save(struct request *request, struct response *response, const struct document_save *wanted,
                 enum refused refused) {
    struct document document;
    struct error err;
    bool done =
        document_save(request->op, request_param(request, "ref"), document_kind_of(request), wanted, &document, &err);
    answer(request, response, done, "flash.saved", &err, refused);
}

/* Browsers send line ends as CR LF; stored texts have LF. */
static const char *unix_lines(struct request *request, const char *name) {
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
    struct section_save section = { .key = request_param(request, "key"), .body = unix_lines(request, "body") };
    if (base == NULL || !str_to_i64(base, &section.base_version)) section.base_version = 0;
    save(request, response, &(struct document_save){ .sections = &section, .section_count = 1 }, REFUSED_SECTION);
}

/* Keeps what was typed without saving it, and shows it as it will look. */
static void do_preview(struct request *request, struct response *response) {
    const char *key = request_param(request, "key"), *base = request_form(request, "base");
    const char *number = request_form(request, "number");
    struct typing_wish wish = { .section = key, .body = unix_lines(request, "body"), .screen = "" };
    struct typing_kept kept;
    struct error err;
    if (base == NULL || !str_to_i64(base, &wish.base)) wish.base = 0;
    if (number == NULL || !str_to_i64(number, &wish.number)) wish.number = 0;
    if (!typing_keep(request->op, request_param(request, "ref"), document_kind_of(request), &wish, &kept, &err)) {
        show(request, response, REFUSED_SECTION, &err);
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
    answer(request, response, done, "flash.discarded", &err, REFUSED_SECTION);
}

static void do_facts(struct request *request, struct response *response) {
    struct document_save wanted = { .shape = request_form(request, "shape"),
                                    .lesson = request_form(request, "lesson"),
                                    .runbook_change = unix_lines(request, "runbook_change") };
    save(request, response, &wanted, REFUSED_FACTS);
}

static void do_whys(struct request *request, struct response *response) {
    struct arena *arena = request->op->arena;
    struct why *whys = ARENA_ARRAY(arena, WHYS_MAX, struct why);
    struct document_save wanted = { .whys = whys, .has_whys = true };
    for (int i = 1; i <= WHYS_MAX; i++) {
        struct why why = { unix_lines(request, arena_printf(arena, "question%d", i)),
                           unix_lines(request, arena_printf(arena, "answer%d", i)),
                           unix_lines(request, arena_printf(arena, "evidence%d", i)) };
        if (str_blank(why.question) && str_blank(why.answer) && str_blank(why.evidence)) continue;
        whys[wanted.why_count++] = why;
    }
    save(request, response, &wanted, REFUSED_WHYS);
}

static void do_schedule(struct request *request, struct response *response) {
    struct op *op = request->op;
    struct organisation organisation;
    struct document document;
    struct error err;
    struct retro_schedule wish = { .facilitator = request_form(request, "facilitator"),
                                   .attendees = unix_lines(request, "attendees") };
    const char *at = request_form(request, "at");
    bool done = organisation_load(op, &organisation, &err);
    if (done) {
        if (str_blank(at)) op_field_error(op, "at", "required", NULL);
        else if (!when_parse_local(at, organisation.tz, &wish.at_ms, &err)) op_field_error(op, "at", "malformed", NULL);
        done = op->fields.count == 0 ? retro_schedule(op, request_param(request, "ref"), &wish, &document, &err)
                                     : OP_INVALID(op, &err);
    }
    answer(request, response, done, "flash.scheduled", &err, REFUSED_MEETING);
}

/* --- the steps of review --- */

static void do_submit(struct request *request, struct response *response) {
    struct document document;
    struct error err;
    bool done = document_submit(request->op, request_param(request, "ref"), document_kind_of(request), &document, &err);
    answer(request, response, done, "flash.submitted", &err, REFUSED_STEP);
}

static void do_approve(struct request *request, struct response *response) {
    struct document document;
    struct error err;
    bool done = document_decide(request->op, request_param(request, "ref"), document_kind_of(request), true,
                                request_form(request, "note"), &document, &err);
    answer(request, response, done, "flash.approved", &err, REFUSED_STEP);
}

static void do_return(struct request *request, struct response *response) {
    struct document document;
    struct error err;
    bool done = document_decide(request->op, request_param(request, "ref"), document_kind_of(request), false,
                                request_form(request, "note"), &document, &err);
    answer(request, response, done, "flash.returned", &err, REFUSED_STEP);
}

static void do_publish(struct request *request, struct response *response) {
    struct document document;
    struct error err;
    bool done =
        document_publish(request->op, request_param(request, "ref"), document_kind_of(request), &document, &err);
    answer(request, response, done, "flash.published", &err, REFUSED_STEP);
}

#define WRITE CSRF_TOKEN, BODY_FORM, RATE_WRITE
#define BOTH(kind)                                                                                        \
    { HTTP_GET, "/incidents/:ref/" kind, page_show, PERM_READ, CSRF_SAFE, BODY_NONE, RATE_PAGE },         \
        { HTTP_POST, "/incidents/:ref/" kind "/sections/:key", do_section, PERM_RESPOND, WRITE },         \
        { HTTP_POST, "/incidents/:ref/" kind "/sections/:key/preview", do_preview, PERM_RESPOND, WRITE }, \
        { HTTP_POST, "/incidents/:ref/" kind "/sections/:key/discard", do_discard, PERM_RESPOND, WRITE }, \
        { HTTP_POST, "/incidents/:ref/" kind "/facts", do_facts, PERM_RESPOND, WRITE },                   \
        { HTTP_POST, "/incidents/:ref/" kind "/submit", do_submit, PERM_RESPOND, WRITE },                 \
        { HTTP_POST, "/incidents/:ref/" kind "/approve", do_approve, PERM_REVIEW, WRITE },                \
        { HTTP_POST, "/incidents/:ref/" kind "/return", do_return, PERM_REVIEW, WRITE }, {                \
        HTTP_POST, "/incidents/:ref/" kind "/publish", do_publish, PERM_REVIEW, WRITE                     \
    }

static const struct route ROUTES[] = {
    BOTH("report"),
    BOTH("retro"),
    { HTTP_POST, "/incidents/:ref/retro/whys", do_whys, PERM_RESPOND, WRITE },
    { HTTP_POST, "/incidents/:ref/retro/schedule", do_schedule, PERM_RESPOND, WRITE },
};
const struct route_table DOCUMENT_PAGE_ROUTES = ROUTE_TABLE(ROUTES);
