/* /api/v1/openapi.json: the description for programs. /api: the same for people. */
#include "http/openapi.h"

#include "base/arena.h"
#include "base/json.h"
#include "text/i18n.h"

static void document(struct request *request, struct response *response) {
    json_t *json;
    struct error err;
    request_speak_publicly(request);
    response_header(response, "Vary", "Accept-Language");
    if (openapi_document(request, &json, &err)) respond_json(response, 200, json);
    else respond_error(request, response, &err);
    response->cache_control = "public, no-cache";
}

static void page(struct request *request, struct response *response) {
    json_t *rooms;
    struct error err;
    if (!openapi_rooms(request, &rooms, &err)) {
        respond_error(request, response, &err);
        return;
    }
    json_t *view = json_obj(request->op->arena);
    json_put_text(view, "title", i18n_text(request->op->lang, "api.title"));
    json_put(view, "rooms", json_incref(rooms));
    respond_page(request, response, 200, "pages/api", view);
}

static const struct route ROUTES[] = {
    { HTTP_GET, "/api/v1/openapi.json", document, PERM_PUBLIC, CSRF_SAFE, BODY_NONE, RATE_PUBLIC },
    { HTTP_GET, "/openapi.json", document, PERM_PUBLIC, CSRF_SAFE, BODY_NONE, RATE_PUBLIC },
    { HTTP_GET, "/api", page, PERM_PUBLIC, CSRF_SAFE, BODY_NONE, RATE_PAGE },
};
const struct route_table OPENAPI_ROUTES = ROUTE_TABLE(ROUTES);
