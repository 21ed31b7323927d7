/* API of reports and retrospectives: GET, PUT and the steps of review. One set of handlers serves both kinds; which one
 * is meant stands in the route. */
#include "api/resource.h"
#include "api/review_wording.h"
#include "http/http.h"

#include "base/arena.h"
#include "base/json.h"
#include "base/str.h"
#include "review/document.h"
#include "text/when.h"

static enum document_kind kind_of(const struct request *request) {
    return str_starts(request->route, "/api/v1/incidents/:ref/retro") ? DOCUMENT_RETRO : DOCUMENT_REPORT;
}

static void answer(struct request *request, struct response *response, bool ok, const struct document *document,
                   const struct error *err) {
    struct op *op = request->op;
    if (!ok) {
        if (str_eq(err->code, "wording.blocked")) respond_wording_blocked(request, response, kind_of(request), err);
        else respond_error(request, response, err);
        return;
    }
    response->etag = arena_printf(op->arena, "\"%lld\"", (long long)document->version);
    respond_json(response, 200, document_json(op, document));
}

static void get_document(struct request *request, struct response *response) {
    struct document document;
    struct error err;
    bool ok = document_find(request->op, request_param(request, "ref"), kind_of(request), &document, &err);
    answer(request, response, ok, &document, &err);
}

/* --- PUT --- */

/* A member that must be a text if it is there; null counts as "leave". */
static const char *text_member(struct op *op, const json_t *json, const char *key) {
    const json_t *value = json_object_get(json, key);
    if (value == NULL || json_is_null(value)) return NULL;
    if (!json_is_string(value)) op_field_error(op, key, "not_text", NULL);
    return json_string_value(value);
}

static void read_sections(struct op *op, const json_t *json, struct document_save *save) {
    const json_t *sections = json_object_get(json, "sections");
    const json_t *base = json_object_get(json, "base");
    api_check_object(op, json, "base");
    if (sections == NULL) return;
    if (!json_is_object(sections)) {
        op_field_error(op, "sections", "malformed", "{\"summary\": \"…\"}");
        return;
    }
    struct section_save *list = ARENA_ARRAY(op->arena, json_object_size(sections) + 1, struct section_save);
    const char *key;
    const json_t *body;
    void *at = json_object_iter(json_object_get(json, "sections"));
    for (; at != NULL; at = json_object_iter_next(json_object_get(json, "sections"), at)) {
        key = json_object_iter_key(at);
        body = json_object_iter_value(at);
        const json_t *version = json_object_get(base, key);
        if (!json_is_string(body)) {
            op_field_error(op, arena_printf(op->arena, "sections.%.40s", key), "not_text", NULL);
            continue;
        }
        list[save->section_count++] =
            (struct section_save){ key, json_string_value(body),
                                   json_is_integer(version) ? json_integer_value(version) : -1 };
    }
    save->sections = list;
}

static void read_whys(struct op *op, const json_t *json, struct document_save *save) {
    const json_t *whys = json_object_get(json, "whys");
    if (whys == NULL || json_is_null(whys)) return;
    if (!json_is_array(whys)) {
        op_field_error(op, "whys", "malformed", "[{\"question\", \"answer\", \"evidence\"}]");
        return;
    }
    struct why *list = ARENA_ARRAY(op->arena, json_array_size(whys) + 1, struct why);
    for (size_t i = 0; i < json_array_size(whys); i++) {
        const json_t *why = json_array_get(whys, i);
        const char *answer_text = json_text(why, "answer");
        const char *evidence = json_text(why, "evidence");
        list[i] = (struct why){ json_text(why, "question"), answer_text == NULL ? "" : answer_text,
                                evidence == NULL ? "" : evidence };
    }
    save->whys = list;
    save->why_count = json_array_size(whys);
    save->has_whys = true;
}

/* "pace": {"detected": "…"}: notes by phase. */
static void read_pace(struct op *op, const json_t *json, struct document_save *save) {
    json_t *pace = json_object_get(json, "pace");
    const char *name;
    json_t *note;
    if (pace == NULL || json_is_null(pace)) return;
    if (!json_is_object(pace)) op_field_error(op, "pace", "malformed", "{\"detected\": \"…\"}");
    json_object_foreach(pace, name, note) {
        enum incident_phase phase;
        const char *field = arena_printf(op->arena, "pace.%.40s", name);
        if (!incident_phase_parse(name, &phase)) op_field_error(op, field, "unknown", NULL);
        else if (!json_is_string(note)) op_field_error(op, field, "not_text", NULL);
        else save->pace[phase] = json_string_value(note);
    }
}

static struct part_base base_of(const json_t *json, enum document_part part) {
    const json_t *version = json_object_get(json_object_get(json, "base"), document_part_name(part));
    if (!json_is_integer(version)) return (struct part_base){ 0 };
    return (struct part_base){ true, json_integer_value(version) };
}

static void put_document(struct request *request, struct response *response) {
    struct op *op = request->op;
    const json_t *json = request->json;
    struct document document;
    struct error err;
    struct document_save save = { .shape = text_member(op, json, "shape"),
                                  .facilitator = text_member(op, json, "facilitator"),
                                  .lesson = text_member(op, json, "lesson"),
                                  .runbook_change = text_member(op, json, "runbook_change") };
    const json_t *attendees = json_object_get(json, "attendees");
    if (json_is_array(attendees)) {
        struct buf lines;
        buf_init(&lines, op->arena, 8000);
        for (size_t i = 0; i < json_array_size(attendees); i++) {
            const char *name = json_string_value(json_array_get(attendees, i));
            if (name == NULL) op_field_error(op, "attendees", "not_text", NULL);
            else buf_printf(&lines, "%s%s", i > 0 ? "\n" : "", name);
        }
        save.attendees = lines.data;
    } else {
        save.attendees = text_member(op, json, "attendees");
    }
    read_sections(op, json, &save);
    read_whys(op, json, &save);
    read_pace(op, json, &save);
    for (enum document_part part = PART_FACTS; part < PART_COUNT; part++) save.base[part] = base_of(json, part);
    bool ok = op->fields.count == 0
                  ? document_save(op, request_param(request, "ref"), kind_of(request), &save, &document, &err)
                  : OP_INVALID(op, &err);
    answer(request, response, ok, &document, &err);
}

/* --- the steps --- */

static void submit(struct request *request, struct response *response) {
    struct document document;
    struct error err;
    bool ok = document_submit(request->op, request_param(request, "ref"), kind_of(request), &document, &err);
    answer(request, response, ok, &document, &err);
}

static void decide(struct request *request, struct response *response, bool approve) {
    struct op *op = request->op;
    struct document document;
    struct error err;
    const char *note = text_member(op, request->json, "note");
    if (note == NULL) note = text_member(op, request->json, "reason");
    bool ok = op->fields.count == 0
                  ? document_decide(op, request_param(request, "ref"), kind_of(request), approve, note, &document, &err)
                  : OP_INVALID(op, &err);
    if (json_object_get(request->json, "note") == NULL) api_name_field(op, "note", "reason");
    answer(request, response, ok, &document, &err);
}

static void approve(struct request *request, struct response *response) {
    decide(request, response, true);
}

static void reject(struct request *request, struct response *response) {
    decide(request, response, false);
}

static void publish(struct request *request, struct response *response) {
    struct document document;
    struct error err;
    struct op *op = request->op;
    struct publish_wish wish = { .runbook_change = text_member(op, request->json, "runbook_change"),
                                 .base = base_of(request->json, PART_FACTS) };
    api_check_object(op, request->json, "base");
    bool ok = op->fields.count == 0
                  ? document_publish(op, request_param(request, "ref"), kind_of(request), &wish, &document, &err)
                  : OP_INVALID(op, &err);
    answer(request, response, ok, &document, &err);
}

static void schedule(struct request *request, struct response *response) {
    struct op *op = request->op;
    const json_t *json = request->json;
    struct document document;
    struct error err;
    struct retro_schedule wish = { .facilitator = text_member(op, json, "facilitator"),
                                   .attendees = text_member(op, json, "attendees"),
                                   .base = base_of(json, PART_MEETING) };
    const char *at = text_member(op, json, "at");
    api_check_object(op, json, "base");
    if (at == NULL) op_field_error(op, "at", "required", NULL);
    else if (!when_parse(at, &wish.at_ms, &err)) op_field_error(op, "at", "malformed", "RFC 3339");
    bool ok = op->fields.count == 0 ? retro_schedule(op, request_param(request, "ref"), &wish, &document, &err)
                                    : OP_INVALID(op, &err);
    answer(request, response, ok, &document, &err);
}

/* --- what was decided, and when --- */

static void get_approvals(struct request *request, struct response *response) {
    struct op *op = request->op;
    struct document document;
    struct approval_list approvals;
    struct revision_list revisions;
    struct error err;
    if (!document_find(op, request_param(request, "ref"), kind_of(request), &document, &err) ||
        !document_approvals(op, document.id, &approvals, &err) ||
        !document_revisions(op, document.id, &revisions, &err)) {
        respond_error(request, response, &err);
        return;
    }
    json_t *json = json_obj(op->arena);
    json_t *decisions = json_array();
    for (size_t i = 0; i < approvals.count; i++) {
        json_t *row = json_object();
        json_put_i64(row, "revision", approvals.items[i].revision);
        json_put_text(row, "person", approvals.items[i].person);
        json_put_text(row, "role", approvals.items[i].role);
        json_put_text(row, "decision", approvals.items[i].decision);
        json_put_text(row, "note", approvals.items[i].note);
        json_put_text(row, "decided_at", when_rfc3339(op->arena, approvals.items[i].decided_at));
        json_push(decisions, row);
    }
    json_t *frozen = json_array();
    for (size_t i = 0; i < revisions.count; i++) {
        json_t *row = json_object();
        json_put_i64(row, "number", revisions.items[i].number);
        json_put_text(row, "reason", revisions.items[i].reason);
        json_put_text(row, "hash", revisions.items[i].hash);
        json_put_text(row, "made_by", revisions.items[i].made_by);
        json_put_text(row, "made_at", when_rfc3339(op->arena, revisions.items[i].made_at));
        json_push(frozen, row);
    }
    json_put(json, "approvals", decisions);
    json_put(json, "revisions", frozen);
    respond_json(response, 200, json);
}

#define WRITE CSRF_BEARER_OR_TOKEN, BODY_JSON, RATE_API
#define READ CSRF_SAFE, BODY_NONE, RATE_API
#define DOCUMENT(kind)                                                                           \
    { HTTP_GET, "/api/v1/incidents/:ref/" kind, get_document, PERM_READ, READ },                 \
        { HTTP_PUT, "/api/v1/incidents/:ref/" kind, put_document, PERM_RESPOND, WRITE },         \
        { HTTP_POST, "/api/v1/incidents/:ref/" kind "/submit", submit, PERM_RESPOND, WRITE },    \
        { HTTP_POST, "/api/v1/incidents/:ref/" kind "/approve", approve, PERM_REVIEW, WRITE },   \
        { HTTP_POST, "/api/v1/incidents/:ref/" kind "/reject", reject, PERM_REVIEW, WRITE },     \
        { HTTP_POST, "/api/v1/incidents/:ref/" kind "/publish", publish, PERM_REVIEW, WRITE }, { \
        HTTP_GET, "/api/v1/incidents/:ref/" kind "/approvals", get_approvals, PERM_READ, READ    \
    }

static const struct route ROUTES[] = {
    DOCUMENT("report"),
    DOCUMENT("retro"),
    { HTTP_POST, "/api/v1/incidents/:ref/retro/schedule", schedule, PERM_RESPOND, WRITE },
};
const struct route_table API_DOCUMENT_ROUTES = ROUTE_TABLE(ROUTES);
