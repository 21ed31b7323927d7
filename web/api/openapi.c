/* /api/v1/openapi.json: the description for programs. /api: the same for people. */
#include "http/openapi.h"

#include "app.h"
#include "base/arena.h"
#include "base/json.h"
#include "base/memo.h"
#include "text/i18n.h"

#include <pthread.h>

/* The text never changes while the program runs, but for its language and the portal's address; making it anew for
 * everybody who asks would cost tens of milliseconds. */
static struct {
    pthread_once_t once;
    struct memo *texts;
} kept = { .once = PTHREAD_ONCE_INIT };

static void keep(void) {
    enum { PLACES = 16, TEXT_MAX = 4 * 1024 * 1024 };
    kept.texts = memo_new(PLACES, TEXT_MAX);
}

static bool put_document(struct request *request, struct buf *out, struct error *err) {
    json_t *json;
    struct buf key;
    buf_init(&key, request->op->arena, 1000);
    memo_key_text(&key, request->lang);
    memo_key_text(&key, request->app->base_url);
    pthread_once(&kept.once, keep);
    if (memo_get(kept.texts, &key, out)) return true;
    if (!openapi_document(request, &json, err)) return false;
    buf_puts(out, json_dump(request->op->arena, json));
    memo_put(kept.texts, &key, out->data, out->len);
    return true;
}

static void document(struct request *request, struct response *response) {
    struct error err;
    request_speak_publicly(request);
    if (!put_document(request, &response->body, &err)) {
        respond_error(request, response, &err);
        return;
    }
    response->status = 200;
    response->content_type = "application/json";
    response->cache_control = "public, no-cache";
    response_header(response, "Vary", "Accept-Language");
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
