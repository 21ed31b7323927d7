/* API: one incident, its corrections, clocks, messages and exports. */
#include "api/incident_api.h"
#include "api/resource.h"
#include "base/arena.h"
#include "base/json.h"
#include "base/str.h"
#include "http/problem.h"
#include "incident/draft.h"
#include "incident/export.h"
#include "incident/message.h"

static void show(struct request *request, struct response *response) {
    incident_answer(request, response, 200, request_param(request, "ref"));
}

static const char *yes_no(struct op *op, const json_t *body, const char *name) {
    const json_t *value = json_object_get(body, name);
    if (json_is_boolean(value)) return json_is_true(value) ? "yes" : "no";
    return api_text(op, body, name);
}

static struct incident_patch read_patch(struct op *op, const json_t *body) {
    static const char *const PHASES[PHASE_COUNT] = { "started_at",   "detected_at", "propagated_at", "triaged_at",
                                                     "recovered_at", "analysed_at", "shared_at",     "reviewed_at" };
    struct incident_patch patch = {
        .title = api_text(op, body, "title"),
        .symptom = api_text(op, body, "symptom"),
        .impact = api_text(op, body, "impact"),
        .service = api_text(op, body, "service"),
        .category = api_text(op, body, "category"),
        .controllable = yes_no(op, body, "controllable"),
        .sensitivity = api_text(op, body, "sensitivity"),
        .damage = api_text(op, body, "damage"),
        .detection = api_text(op, body, "detection"),
        .owner = api_text(op, body, "owner"),
        .action = api_text(op, body, "action"),
        .suspected_cause = api_text(op, body, "suspected_cause"),
        .status_note = api_text(op, body, "status_note"),
        .cause = api_text(op, body, "cause"),
        .recovery_action = api_text(op, body, "recovery_action"),
        .recovery_impact = api_text(op, body, "recovery_impact"),
        .follow_up = api_text(op, body, "follow_up"),
        .retro_at = api_text(op, body, "retro_at"),
        .acknowledged_at = api_text(op, body, "acknowledged_at"),
    };
    for (int phase = 0; phase < PHASE_COUNT; phase++) patch.phase_at[phase] = api_text(op, body, PHASES[phase]);
    return patch;
}

static void correct(struct request *request, struct response *response) {
    struct op *op = request->op;
    const json_t *body;
    struct error err;
    if (!api_body(request, &body, &err)) {
        respond_error(request, response, &err);
        return;
    }
    struct incident_patch patch = read_patch(op, body);
    patch.expected_version = api_if_match(request);
    bool done = incident_correct(op, request_param(request, "ref"), &patch, NULL, &err);
    incident_answer_call(request, response, done, &err);
}

/* --- clocks --- */

static bool read_clocks(struct tx *tx, const struct incident *incident, void *arg, struct error *err) {
    json_t *items = arg;
    struct clock_row *rows;
    size_t count;
    if (!clocks_of(tx, incident->id, &rows, &count, err)) return false;
    json_array_clear(items);
    for (size_t i = 0; i < count; i++) json_push(items, json_incref(clock_json(tx_op(tx), &rows[i])));
    return true;
}

static void clocks(struct request *request, struct response *response) {
    struct error err;
    json_t *items = json_arr(request->op->arena);
    if (incident_read(request, read_clocks, items, &err)) api_list(request, response, json_incref(items), NULL);
    else respond_error(request, response, &err);
}

/* --- messages --- */

static void message(struct request *request, struct response *response) {
    enum message_kind kind;
    const char *text;
    struct error err;
    const char *lang = request_query(request, "lang");
    if (!message_kind_parse(request_param(request, "kind"), &kind)) {
        problem_status(request, response, 404, "request.not_found");
        return;
    }
    if (lang != NULL && !str_eq(lang, "ko") && !str_eq(lang, "en")) {
        op_field_error(request->op, "lang", "one_of", "ko, en");
        (void)OP_INVALID(request->op, &err);
        respond_error(request, response, &err);
        return;
    }
    if (!incident_message(request->op, request_param(request, "ref"), kind, lang, &text, &err)) {
        respond_error(request, response, &err);
        return;
    }
    const char *accept = request_header(request, "Accept");
    response_header(response, "Vary", "Accept");
    if (accept != NULL && str_starts(accept, "text/plain")) {
        response->status = 200;
        response->content_type = "text/plain; charset=utf-8";
        buf_puts(&response->body, text);
        return;
    }
    json_t *json = json_obj(request->op->arena);
    json_put_text(json, "text", text);
    respond_json(response, 200, json);
}

/* --- exports --- */

static void export_as(struct request *request, struct response *response, enum export_format format) {
    static const char *const TYPES[] = { "text/markdown; charset=utf-8", "text/html; charset=utf-8",
                                         "application/json" };
    static const char *const ENDINGS[] = { "md", "html", "json" };
    struct error err;
    const char *ref = request_param(request, "ref");
    if (!incident_export(request->op, ref, format, &response->body, &err)) {
        respond_error(request, response, &err);
        return;
    }
    response->status = 200;
    response->content_type = TYPES[format];
    response_header(response, "Content-Disposition",
                    arena_printf(request->op->arena, "attachment; filename=\"%s.%s\"", ref, ENDINGS[format]));
}

static void export_md(struct request *request, struct response *response) {
    export_as(request, response, EXPORT_MD);
}

static void export_html(struct request *request, struct response *response) {
    export_as(request, response, EXPORT_HTML);
}

static void export_json(struct request *request, struct response *response) {
    export_as(request, response, EXPORT_JSON);
}

static const struct route ROUTES[] = {
    { HTTP_GET, "/api/v1/incidents/:ref", show, PERM_READ, CSRF_SAFE, BODY_NONE, RATE_API },
    { HTTP_PATCH, "/api/v1/incidents/:ref", correct, PERM_RESPOND, CSRF_BEARER_OR_TOKEN, BODY_JSON, RATE_API },
    { HTTP_GET, "/api/v1/incidents/:ref/clocks", clocks, PERM_READ, CSRF_SAFE, BODY_NONE, RATE_API },
    { HTTP_GET, "/api/v1/incidents/:ref/messages/:kind", message, PERM_READ, CSRF_SAFE, BODY_NONE, RATE_API },
    { HTTP_GET, "/api/v1/incidents/:ref/export.md", export_md, PERM_READ, CSRF_SAFE, BODY_NONE, RATE_API },
    { HTTP_GET, "/api/v1/incidents/:ref/export.html", export_html, PERM_READ, CSRF_SAFE, BODY_NONE, RATE_API },
    { HTTP_GET, "/api/v1/incidents/:ref/export.json", export_json, PERM_READ, CSRF_SAFE, BODY_NONE, RATE_API },
};
const struct route_table INCIDENT_SHOW_API = ROUTE_TABLE(ROUTES);
