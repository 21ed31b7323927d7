/* The stateless calls: a described schedule or escalation in, answers out, nothing stored. */
#include "escalation/simulate.h"
#include "http/http.h"
#include "oncall/schedule_json.h"

static void answer(struct request *request, struct response *response,
                   bool (*make)(struct op *op, const json_t *input, json_t **out, struct error *err)) {
    struct error err;
    json_t *out;
    if (make(request->op, request->json, &out, &err)) respond_json(response, 200, out);
    else respond_error(request, response, &err);
}

static void preview(struct request *request, struct response *response) {
    answer(request, response, schedule_preview);
}

static void simulate(struct request *request, struct response *response) {
    answer(request, response, escalation_simulate);
}

static const struct route ROUTES[] = {
    { HTTP_POST, "/api/v1/schedules/preview", preview, PERM_READ, CSRF_BEARER_OR_TOKEN, BODY_JSON, RATE_API },
    { HTTP_POST, "/api/v1/escalation/simulate", simulate, PERM_READ, CSRF_BEARER_OR_TOKEN, BODY_JSON, RATE_API },
};
const struct route_table ONCALL_PREVIEW_ROUTES = ROUTE_TABLE(ROUTES);
