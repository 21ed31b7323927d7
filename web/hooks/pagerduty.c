/* PagerDuty Events v2, where we play the server: its own shapes for every answer. The routing_key is the integration
 * and the credential at once. */
#include "hooks/alert_hook.h"

#include "alert/source.h"
#include "base/arena.h"
#include "base/json.h"
#include "base/str.h"

enum { BODY_MAX = 512 * 1024 };

static void answer(struct request *request, struct response *response, int status, const char *word,
                   const char *message, json_t *errors) {
    json_t *json = json_obj(request->op->arena);
    json_put_text(json, "status", word);
    json_put_text(json, "message", message);
    if (errors != NULL) json_put(json, "errors", errors);
    respond_json(response, status, json);
}

static void invalid(struct request *request, struct response *response, const char *const *reasons) {
    json_t *errors = json_array();
    for (size_t i = 0; reasons[i] != NULL; i++) json_push(errors, json_string(reasons[i]));
    answer(request, response, 400, "invalid event", "Event object is invalid", errors);
}

/* An event that can never be taken: counted, with a receipt if its sender is known. */
static void refuse(struct request *request, struct response *response, const char *routing_key,
                   const char *const *reasons) {
    struct op *op = request->op;
    struct integration integration = { 0 };
    struct error err;
    bool found = false;
    (void)ERROR(&err, routing_key == NULL ? ERR_UNREADABLE : ERR_INVALID, "pagerduty.event", "%s", reasons[0]);
    for (size_t i = 0; routing_key != NULL && reasons[i] != NULL; i++) {
        op_field_error(op, "event", "sender", reasons[i]);
    }
    struct error ignored;
    if (routing_key != NULL &&
        !integration_by_key(op, INTEGRATION_PAGERDUTY, routing_key, &integration, &found, &ignored)) {
        found = false;
    }
    alert_hook_refused(request, INTEGRATION_PAGERDUTY, found ? integration.id : 0, &err);
    invalid(request, response, reasons);
}

/* The body as JSON; on failure the answer is given. */
static bool read_body(struct request *request, struct response *response, json_t **out) {
    struct error err;
    if (request->body_size > BODY_MAX) {
        (void)ERROR(&err, ERR_TOO_LARGE, "request.too_large", "%zu bytes", request->body_size);
        alert_hook_refused(request, INTEGRATION_PAGERDUTY, 0, &err);
        respond_error(request, response, &err);
        return false;
    }
    if (json_parse(request->op->arena, request->raw_body, request->body_size, out, &err)) return true;
    refuse(request, response, NULL, (const char *[]){ "Request body is not valid JSON", NULL });
    return false;
}

/* The integration of a key; on failure the answer is given. */
static bool find(struct request *request, struct response *response, const char *routing_key, struct integration *out) {
    struct error err;
    bool found;
    if (!integration_by_key(request->op, INTEGRATION_PAGERDUTY, routing_key, out, &found, &err)) {
        respond_error(request, response, &err);
        return false;
    }
    if (!found) refuse(request, response, NULL, (const char *[]){ "'routing_key' is not known here", NULL });
    return found;
}

static void enqueue(struct request *request, struct response *response) {
    struct op *op = request->op;
    struct pagerduty_event event;
    struct integration integration;
    struct alert_result result;
    struct error err;
    json_t *body;
    if (!read_body(request, response, &body)) return;
    source_pagerduty(op, body, &event);
    if (event.reasons[0] != NULL) {
        refuse(request, response, json_text(body, "routing_key"), event.reasons);
        return;
    }
    if (!find(request, response, event.routing_key, &integration)) return;
    if (!alert_ingest(op, &integration, &event.batch, &result, &err)) {
        alert_hook_refused(request, INTEGRATION_PAGERDUTY, integration.id, &err);
        respond_error(request, response, &err);
        return;
    }
    alert_hook_accepted(request, INTEGRATION_PAGERDUTY, &event.batch);
    json_t *json = json_obj(op->arena);
    json_put_text(json, "status", "success");
    json_put_text(json, "message", "Event processed");
    json_put_text(json, "dedup_key", event.dedup_key);
    respond_json(response, 202, json);
}

/* Changes (deployments) wake nobody: a known key is told so, as senders of the convention expect. */
static void change(struct request *request, struct response *response) {
    struct integration integration;
    json_t *body;
    if (!read_body(request, response, &body)) return;
    const char *key = json_text(body, "routing_key");
    if (find(request, response, key == NULL ? "" : key, &integration)) {
        answer(request, response, 202, "success", "Change event processed", NULL);
    }
}

#define HOOK PERM_SIGNED, CSRF_SIGNATURE, BODY_RAW, RATE_HOOK
static const struct route ROUTES[] = {
    { HTTP_POST, "/v2/enqueue", enqueue, HOOK },
    { HTTP_POST, "/v2/change/enqueue", change, HOOK },
};
const struct route_table HOOK_PAGERDUTY_ROUTES = ROUTE_TABLE(ROUTES);
