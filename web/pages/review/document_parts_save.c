/* Saving the parts of a retrospective (document_parts.c shows them). Rows of the whys are added and taken away by
 * keeping what is typed so, with or without JavaScript. */
#include "pages/review/action_form.h"
#include "pages/review/document_page.h"

#include "base/arena.h"
#include "base/json.h"
#include "base/str.h"
#include "text/when.h"

/* --- saving --- */

struct part_base document_base(struct request *request) {
    const char *text = request_form(request, "base");
    struct part_base base = { .given = true };
    if (text == NULL || !str_to_i64(text, &base.version)) base.version = 0;
    return base;
}

static void answer(struct request *request, struct response *response, bool done, const struct error *err,
                   enum document_part part) {
    const char *flash = part == PART_MEETING ? "flash.scheduled" : "flash.saved";
    document_page_answer(request, response, done, flash, &(struct document_refusal){ REFUSED_PART, part, err });
}

static void save(struct request *request, struct response *response, struct document_save *wanted,
                 enum document_part part) {
    struct document document;
    struct error err;
    wanted->base[part] = document_base(request);
    bool done = document_save(request->op, request_param(request, "ref"), DOCUMENT_RETRO, wanted, &document, &err);
    answer(request, response, done, &err, part);
}

static void do_facts(struct request *request, struct response *response) {
    struct document_save wanted = { .shape = request_form(request, "shape"),
                                    .lesson = request_form(request, "lesson"),
                                    .runbook_change = document_lines(request, "runbook_change") };
    save(request, response, &wanted, PART_FACTS);
}

static void do_pace(struct request *request, struct response *response) {
    struct document_save wanted = { 0 };
    for (int phase = PACE_FIRST; phase <= PACE_LAST; phase++) {
        const char *name = incident_phase_name((enum incident_phase)phase);
        const char *field = arena_printf(request->op->arena, "pace_%s", name);
        if (request_form(request, field) != NULL) wanted.pace[phase] = document_lines(request, field);
    }
    save(request, response, &wanted, PART_PACE);
}

/* Blank steps are dropped; the others close up. */
static void do_whys(struct request *request, struct response *response) {
    struct arena *arena = request->op->arena;
    struct why *whys = ARENA_ARRAY(arena, WHYS_MAX, struct why);
    struct document_save wanted = { .whys = whys, .has_whys = true };
    for (int i = 1; i <= WHYS_MAX; i++) {
        struct why why = { document_lines(request, arena_printf(arena, "question%d", i)),
                           document_lines(request, arena_printf(arena, "answer%d", i)),
                           document_lines(request, arena_printf(arena, "evidence%d", i)) };
        if (str_blank(why.question) && str_blank(why.answer) && str_blank(why.evidence)) continue;
        whys[wanted.why_count++] = why;
    }
    save(request, response, &wanted, PART_WHYS);
}

static void do_schedule(struct request *request, struct response *response) {
    struct op *op = request->op;
    struct organisation organisation;
    struct document document;
    struct error err;
    struct retro_schedule wish = { .facilitator = request_form(request, "facilitator"),
                                   .attendees = document_lines(request, "attendees"),
                                   .base = document_base(request) };
    const char *at = request_form(request, "at");
    bool done = organisation_load(op, &organisation, &err);
    if (done) {
        if (str_blank(at)) op_field_error(op, "at", "required", NULL);
        else if (!when_parse_local(at, organisation.tz, &wish.at_ms, &err)) op_field_error(op, "at", "malformed", NULL);
        done = op->fields.count == 0 ? retro_schedule(op, request_param(request, "ref"), &wish, &document, &err)
                                     : OP_INVALID(op, &err);
    }
    answer(request, response, done, &err, PART_MEETING);
}

/* --- rows of the whys --- */

/* The form as it stands, without row `dropped` (0: none), with one more if `grow`. */
static json_t *whys_json(struct request *request, size_t dropped, bool grow) {
    struct arena *arena = request->op->arena;
    json_t *json = json_obj(arena);
    size_t to = 1;
    for (size_t from = 1; from <= WHYS_MAX; from++) {
        if (from == dropped || request_form(request, arena_printf(arena, "question%zu", from)) == NULL) continue;
        for (size_t n = 0; n < 3; n++) {
            const char *name = arena_printf(arena, "%s%zu", DOCUMENT_WHY_MEMBERS[n], from);
            json_put_text(json, arena_printf(arena, "%s%zu", DOCUMENT_WHY_MEMBERS[n], to),
                          document_lines(request, name));
        }
        to++;
    }
    for (size_t n = 0; grow && to <= WHYS_MAX && n < 3; n++) {
        json_put_text(json, arena_printf(arena, "%s%zu", DOCUMENT_WHY_MEMBERS[n], to), "");
    }
    return json;
}

static void do_rows(struct request *request, struct response *response) {
    struct op *op = request->op;
    const char *asked = request_form(request, "rows"), *number = request_form(request, "number");
    int64_t dropped = 0;
    if (asked != NULL && str_starts(asked, "drop-") && !str_to_i64(asked + 5, &dropped)) dropped = 0;
    json_t *json = whys_json(request, (size_t)dropped, str_eq(asked, "add"));
    struct typing_wish wish = { .section = document_part_name(PART_WHYS),
                                .body = json_dump(op->arena, json),
                                .screen = request_form(request, "screen"),
                                .base = document_base(request).version };
    struct typing_kept kept;
    struct error err;
    if (number == NULL || !str_to_i64(number, &wish.number)) wish.number = 0;
    const char *ref = request_param(request, "ref");
    if (typing_keep(op, ref, DOCUMENT_RETRO, &wish, &kept, &err)) {
        respond_redirect(response, arena_printf(op->arena, "/incidents/%s/retro#edit-whys", ref));
        return;
    }
    document_page_show(request, response, &(struct document_refusal){ REFUSED_PART, PART_WHYS, &err });
}

static void do_discard(struct request *request, struct response *response) {
    enum document_part part = PART_FACTS;
    struct error err;
    bool done =
        document_part_parse(request_param(request, "part"), &part)
            ? typing_discard(request->op, request_param(request, "ref"), DOCUMENT_RETRO, document_part_name(part), &err)
            : ERROR(&err, ERR_NOT_FOUND, "incident.unknown", "no such part");
    document_page_answer(request, response, done, "flash.discarded",
                         &(struct document_refusal){ REFUSED_PART, part, &err });
}

static void do_action(struct request *request, struct response *response) {
    struct action_item item;
    struct error err;
    struct action_draft draft = action_read_draft(request);
    draft.incident_ref = request_param(request, "ref");
    draft.state = draft.state_reason = NULL;
    bool done = action_create(request->op, &draft, &item, &err);
    document_page_answer(request, response, done, "flash.added", &(struct document_refusal){ REFUSED_ACTION, 0, &err });
}

#define WRITE PERM_RESPOND, CSRF_TOKEN, BODY_FORM, RATE_WRITE
static const struct route ROUTES[] = {
    { HTTP_POST, "/incidents/:ref/retro/facts", do_facts, WRITE },
    { HTTP_POST, "/incidents/:ref/retro/schedule", do_schedule, WRITE },
    { HTTP_POST, "/incidents/:ref/retro/pace", do_pace, WRITE },
    { HTTP_POST, "/incidents/:ref/retro/whys", do_whys, WRITE },
    { HTTP_POST, "/incidents/:ref/retro/whys/rows", do_rows, WRITE },
    { HTTP_POST, "/incidents/:ref/retro/parts/:part/discard", do_discard, WRITE },
    { HTTP_POST, "/incidents/:ref/retro/actions", do_action, WRITE },
};
const struct route_table DOCUMENT_PART_ROUTES = ROUTE_TABLE(ROUTES);
