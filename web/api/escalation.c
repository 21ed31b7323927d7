/* Escalation over HTTP: what runs for an incident, people's actions on it, and the paths. */
#include "api/resource.h"
#include "base/json.h"
#include "base/str.h"
#include "escalation/escalate.h"
#include "escalation/forecast.h"
#include "http/http.h"
#include "text/when.h"

static void show(struct request *request, struct response *response) {
    struct error err;
    json_t *out;
    if (escalation_show(request->op, request_param(request, "ref"), &out, &err)) respond_json(response, 200, out);
    else respond_error(request, response, &err);
}

static void done(struct request *request, struct response *response, bool fine, const struct error *err) {
    if (fine) show(request, response);
    else respond_error(request, response, err);
}

static void escalate(struct request *request, struct response *response) {
    struct error err = { 0 };
    done(request, response, escalation_escalate_now(request->op, request_param(request, "ref"), &err), &err);
}

static void ack_again(struct request *request, struct response *response) {
    struct error err = { 0 };
    done(request, response, escalation_ack_again(request->op, request_param(request, "ref"), &err), &err);
}

static void unack(struct request *request, struct response *response) {
    struct error err = { 0 };
    done(request, response, escalation_unack_now(request->op, request_param(request, "ref"), &err), &err);
}

/* `at` of the query or the body; now where it is not said. */
static bool asked_at(struct request *request, int64_t *out, struct error *err) {
    struct op *op = request->op;
    const char *text = request_query(request, "at");
    if (text == NULL) text = api_text(op, request->json, "at");
    *out = op->now_ms;
    if (!str_blank(text) && !when_parse(text, out, err)) op_field_error(op, "at", "malformed", NULL);
    return op->fields.count == 0 || OP_INVALID(op, err);
}

static void preview(struct request *request, struct response *response) {
    struct error err;
    int64_t at;
    json_t *out;
    if (asked_at(request, &at, &err) &&
        escalation_forecast_incident(request->op, request_param(request, "ref"), at, &out, &err))
        respond_json(response, 200, out);
    else respond_error(request, response, &err);
}

static void simulate(struct request *request, struct response *response) {
    struct error err;
    struct forecast_question question = { request_param(request, "id"),
                                          api_text(request->op, request->json, "severity"), 0 };
    json_t *out;
    if (asked_at(request, &question.at_ms, &err) && escalation_forecast(request->op, &question, &out, &err))
        respond_json(response, 200, out);
    else respond_error(request, response, &err);
}

static void silence(struct request *request, struct response *response) {
    struct error err = { 0 };
    int64_t minutes = json_integer_value(json_object_get(request->json, "minutes"));
    done(request, response, escalation_silence_for(request->op, request_param(request, "ref"), minutes, &err), &err);
}

static void show_paths(struct request *request, struct response *response) {
    struct error err;
    json_t *out;
    if (escalation_paths_load(request->op, &out, &err)) respond_json(response, 200, out);
    else respond_error(request, response, &err);
}

static void put_paths(struct request *request, struct response *response) {
    struct op *op = request->op;
    struct error err;
    int64_t version;
    (void)api_version(op, request->json); /* only its type: the paths read it themselves */
    bool ok = op->fields.count == 0 ? escalation_paths_put(op, request->json, &version, &err) : OP_INVALID(op, &err);
    if (ok) show_paths(request, response);
    else respond_error(request, response, &err);
}

/* The body is the path itself, with `version` where a change since then must be refused. */
static void put_path(struct request *request, struct response *response) {
    struct error err;
    struct op *op = request->op;
    struct path_change change = { request_param(request, "severity"), api_version(op, request->json), request->json };
    int64_t version;
    bool ok = op->fields.count == 0 ? escalation_path_put(op, &change, &version, &err) : OP_INVALID(op, &err);
    if (ok) show_paths(request, response);
    else respond_error(request, response, &err);
}

#define INCIDENT "/api/v1/incidents/:ref"
static const struct route ROUTES[] = {
    { HTTP_GET, INCIDENT "/escalation", show, PERM_READ, CSRF_SAFE, BODY_NONE, RATE_API },
    { HTTP_POST, INCIDENT "/escalate", escalate, PERM_RESPOND, CSRF_BEARER_OR_TOKEN, BODY_JSON, RATE_API },
    { HTTP_POST, INCIDENT "/escalation/ack", ack_again, PERM_RESPOND, CSRF_BEARER_OR_TOKEN, BODY_JSON, RATE_API },
    { HTTP_POST, INCIDENT "/escalation/unack", unack, PERM_RESPOND, CSRF_BEARER_OR_TOKEN, BODY_JSON, RATE_API },
    { HTTP_POST, INCIDENT "/escalation/preview", preview, PERM_READ, CSRF_BEARER_OR_TOKEN, BODY_JSON, RATE_API },
    { HTTP_POST, "/api/v1/policies/:id/simulate", simulate, PERM_READ, CSRF_BEARER_OR_TOKEN, BODY_JSON, RATE_API },
    { HTTP_POST, INCIDENT "/escalation/silence", silence, PERM_RESPOND, CSRF_BEARER_OR_TOKEN, BODY_JSON, RATE_API },
    { HTTP_GET, "/api/v1/escalation/paths", show_paths, PERM_READ, CSRF_SAFE, BODY_NONE, RATE_API },
    { HTTP_PUT, "/api/v1/escalation/paths", put_paths, PERM_SCHEDULE, CSRF_BEARER_OR_TOKEN, BODY_JSON, RATE_API },
    { HTTP_PUT, "/api/v1/escalation/paths/:severity", put_path, PERM_SCHEDULE, CSRF_BEARER_OR_TOKEN, BODY_JSON,
      RATE_API },
};
const struct route_table ESCALATION_ROUTES = ROUTE_TABLE(ROUTES);
