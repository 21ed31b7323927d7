/* POST /api/v1/import/postmortem: a Markdown postmortem becomes a backfilled incident with its retrospective. */
#include "api/resource.h"

#include "base/arena.h"
#include "base/json.h"
#include "base/str.h"
#include "review/postmortem.h"

static void import_postmortem(struct request *request, struct response *response) {
    struct op *op = request->op;
    const json_t *body;
    struct postmortem read;
    struct incident incident;
    struct error err;
    if (!api_body(request, &body, &err)) {
        respond_error(request, response, &err);
        return;
    }
    struct postmortem_wish wish = { .markdown = api_text(op, body, "markdown"),
                                    .title = api_text(op, body, "title"),
                                    .severity = api_text(op, body, "severity"),
                                    .service = api_text(op, body, "service"),
                                    .started_at = api_text(op, body, "started_at"),
                                    .recovered_at = api_text(op, body, "recovered_at") };
    bool dry = str_eq(api_flag(op, body, "dry_run"), "true");
    bool done = op->fields.count == 0 || OP_INVALID(op, &err);
    if (done) {
        done = dry ? postmortem_read(op, &wish, &read, &err) : postmortem_import(op, &wish, &read, &incident, &err);
    }
    if (!done) {
        respond_error(request, response, &err);
        return;
    }
    json_t *json = json_obj(op->arena);
    json_put_text(json, "incident", dry ? NULL : incident.ref);
    json_put(json, "understood", json_incref(postmortem_json(op, &read)));
    if (!dry) response_header(response, "Location", arena_printf(op->arena, "/api/v1/incidents/%s", incident.ref));
    respond_json(response, dry ? 200 : 201, json);
}

static const struct route ROUTES[] = {
    { HTTP_POST, "/api/v1/import/postmortem", import_postmortem, PERM_RESPOND, CSRF_BEARER_OR_TOKEN, BODY_JSON,
      RATE_API },
};
const struct route_table API_IMPORT_ROUTES = ROUTE_TABLE(ROUTES);
