/* API of the weekly on-call digest. */
#include "api/resource.h"

#include "insight/digest.h"

static void show(struct request *request, struct response *response) {
    struct digest digest;
    struct error err;
    if (digest_load(request->op, &digest, &err)) respond_json(response, 200, digest_json(request->op->arena, &digest));
    else respond_error(request, response, &err);
}

static void save(struct request *request, struct response *response) {
    const json_t *body;
    struct error err;
    if (!api_body(request, &body, &err)) {
        respond_error(request, response, &err);
        return;
    }
    struct digest_input input = { api_flag(request->op, body, "on"), api_text(request->op, body, "weekday"),
                                  api_text(request->op, body, "time"), api_version(request->op, body) };
    bool ok = request->op->fields.count == 0 ? digest_save(request->op, &input, &err) : OP_INVALID(request->op, &err);
    if (ok) show(request, response);
    else respond_error(request, response, &err);
}

static void send_now(struct request *request, struct response *response) {
    struct error err;
    if (digest_send(request->op, &err)) api_done(response);
    else respond_error(request, response, &err);
}

static const struct route ROUTES[] = {
    { HTTP_GET, "/api/v1/on-call/digest", show, PERM_READ, CSRF_SAFE, BODY_NONE, RATE_API },
    { HTTP_PUT, "/api/v1/on-call/digest", save, PERM_SCHEDULE, CSRF_BEARER_OR_TOKEN, BODY_JSON, RATE_API },
    { HTTP_POST, "/api/v1/on-call/digest/send", send_now, PERM_SCHEDULE, CSRF_BEARER_OR_TOKEN, BODY_JSON, RATE_API },
};
const struct route_table DIGEST_API_ROUTES = ROUTE_TABLE(ROUTES);
