/* API of the readiness list. */
#include "api/resource.h"

#include "insight/readiness.h"

static void show(struct request *request, struct response *response) {
    struct readiness readiness;
    struct error err;
    if (readiness_load(request->op, &readiness, &err))
        respond_json(response, 200, readiness_json(request->op, &readiness));
    else respond_error(request, response, &err);
}

static void tick(struct request *request, struct response *response) {
    const json_t *body;
    struct error err;
    if (!api_body(request, &body, &err)) {
        respond_error(request, response, &err);
        return;
    }
    const char *note = api_text(request->op, body, "note");
    if (readiness_tick(request->op, request_param(request, "key"), note == NULL ? "" : note, &err))
        show(request, response);
    else respond_error(request, response, &err);
}

static void untick(struct request *request, struct response *response) {
    struct error err;
    if (readiness_tick(request->op, request_param(request, "key"), NULL, &err)) api_done(response);
    else respond_error(request, response, &err);
}

static const struct route ROUTES[] = {
    { HTTP_GET, "/api/v1/readiness", show, PERM_READ, CSRF_SAFE, BODY_NONE, RATE_API },
    { HTTP_PUT, "/api/v1/readiness/:key", tick, PERM_SCHEDULE, CSRF_BEARER_OR_TOKEN, BODY_JSON, RATE_API },
    { HTTP_DELETE, "/api/v1/readiness/:key", untick, PERM_SCHEDULE, CSRF_BEARER_OR_TOKEN, BODY_NONE, RATE_API },
};
const struct route_table READINESS_API_ROUTES = ROUTE_TABLE(ROUTES);
