/* Escalation over HTTP: what runs for an incident, people's actions on it, and the paths. */
#include "base/json.h"
#include "escalation/escalate.h"
#include "http/http.h"

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
    struct error err;
    int64_t version;
    if (escalation_paths_put(request->op, request->json, &version, &err)) show_paths(request, response);
    else respond_error(request, response, &err);
}

#define INCIDENT "/api/v1/incidents/:ref"
static const struct route ROUTES[] = {
    { HTTP_GET, INCIDENT "/escalation", show, PERM_READ, CSRF_SAFE, BODY_NONE, RATE_API },
    { HTTP_POST, INCIDENT "/escalate", escalate, PERM_RESPOND, CSRF_BEARER_OR_TOKEN, BODY_JSON, RATE_API },
    { HTTP_POST, INCIDENT "/escalation/ack", ack_again, PERM_RESPOND, CSRF_BEARER_OR_TOKEN, BODY_JSON, RATE_API },
    { HTTP_POST, INCIDENT "/escalation/silence", silence, PERM_RESPOND, CSRF_BEARER_OR_TOKEN, BODY_JSON, RATE_API },
    { HTTP_GET, "/api/v1/escalation/paths", show_paths, PERM_READ, CSRF_SAFE, BODY_NONE, RATE_API },
    { HTTP_PUT, "/api/v1/escalation/paths", put_paths, PERM_SCHEDULE, CSRF_BEARER_OR_TOKEN, BODY_JSON, RATE_API },
};
const struct route_table ESCALATION_ROUTES = ROUTE_TABLE(ROUTES);
