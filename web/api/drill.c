/* API of drills: the scripts, and starting one. Everything after that is the incident's own API. */
#include "drill/drill.h"

#include "api/incident_api.h"
#include "api/resource.h"
#include "base/json.h"

static void list(struct request *request, struct response *response) {
    struct op *op = request->op;
    struct drill_scripts scripts;
    struct error err;
    if (!drill_scripts(op, &scripts, &err)) {
        respond_error(request, response, &err);
        return;
    }
    json_t *items = json_array();
    for (size_t i = 0; i < scripts.count; i++) {
        json_push(items, json_incref(drill_script_json(op, &scripts.items[i])));
    }
    api_list(request, response, items, NULL);
}

static void start(struct request *request, struct response *response) {
    struct op *op = request->op;
    const json_t *body;
    struct incident incident;
    struct error err;
    if (!api_body(request, &body, &err)) {
        respond_error(request, response, &err);
        return;
    }
    const struct drill_input input = { .script = api_text(op, body, "script"),
                                       .severity = api_text(op, body, "severity"),
                                       .service = api_text(op, body, "service"),
                                       .speed = api_number(op, body, "speed") };
    if (drill_start(op, &input, &incident, &err)) incident_answer(request, response, 201, incident.ref);
    else respond_error(request, response, &err);
}

static const struct route ROUTES[] = {
    { HTTP_GET, "/api/v1/drills", list, PERM_READ, CSRF_SAFE, BODY_NONE, RATE_API },
    { HTTP_POST, "/api/v1/drills", start, PERM_RESPOND, CSRF_TOKEN, BODY_JSON, RATE_WRITE },
};
const struct route_table API_DRILL_ROUTES = ROUTE_TABLE(ROUTES);
