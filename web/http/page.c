/* Pages: a template within the frame of the layout, with the members every page may use (http.h, page.h). */
#include "http/page.h"

#include "base/arena.h"
#include "base/json.h"
#include "base/log.h"
#include "base/str.h"
#include "http/cookie.h"
#include "http/http_internal.h"
#include "http/slots.h"
#include "http/static_files.h"
#include "http/urlenc.h"
#include "store/db.h"
#include "text/i18n.h"
#include "view/template.h"

#include <string.h>

static const struct {
    const char *name;
    enum permission permission;
} ABILITIES[] = {
    { "read", PERM_READ },
    { "respond", PERM_RESPOND },
    { "intake", PERM_INTAKE },
    { "notice", PERM_NOTICE },
    { "notice_approve", PERM_NOTICE_APPROVE },
    { "review", PERM_REVIEW },
    { "schedule", PERM_SCHEDULE },
    { "service", PERM_SERVICE },
    { "admin", PERM_ADMIN },
};

static json_t *person(struct request *request) {
    const struct actor *actor = request->op->actor;
    if (actor == NULL || actor->kind == ACTOR_NOBODY) return json_null();
    json_t *me = json_object();
    json_put_text(me, "id", slot_marker(request, SLOT_ID));
    json_put_text(me, "login", slot_marker(request, SLOT_LOGIN));
    json_put_text(me, "name", slot_marker(request, SLOT_NAME));
    json_put_text(me, "initial", slot_marker(request, SLOT_INITIAL));
    json_put_text(me, "role", actor->role);
    const char *role_key = arena_printf(request->op->arena, "common.role.%s", actor->role == NULL ? "" : actor->role);
    json_put_text(me, "role_label", i18n_text(request->op->lang, role_key));
    json_t *may = json_object();
    for (size_t i = 0; i < sizeof ABILITIES / sizeof *ABILITIES; i++) {
        json_put_bool(may, ABILITIES[i].name, actor_may(actor, ABILITIES[i].permission));
    }
    json_put(me, "may", may);
    return me;
}

/* The same address in the other language. */
static json_t *other_language(struct request *request) {
    bool korean = str_eq(request->lang, "ko");
    struct buf url;
    buf_init(&url, request->op->arena, 16384);
    buf_puts(&url, request->path);
    buf_puts(&url, korean ? "?lang=en" : "?lang=ko");
    for (const struct http_pair *pair = request->query; pair != NULL && pair->name != NULL; pair++) {
        if (str_eq(pair->name, "lang")) continue;
        buf_putc(&url, '&');
        urlenc_add(&url, pair->name);
        buf_putc(&url, '=');
        urlenc_add(&url, pair->value);
    }
    json_t *next = json_object();
    json_put_text(next, "code", korean ? "en" : "ko");
    json_put_text(next, "label", korean ? "English" : "한국어");
    json_put_text(next, "url", url.data);
    return next;
}

static json_t *flash(struct request *request, struct response *response) {
    const char *key = request_cookie(request, "flash");
    if (key == NULL || *key == '\0') return json_null();
    cookie_set(response, &(struct cookie){ "flash", "", 0, request->secure, true });
    const char *text = i18n_find(request->op->lang, key);
    if (text == NULL) return json_null();
    json_t *value = json_object();
    json_put_text(value, "kind", "good");
    json_put_text(value, "icon", "check");
    json_put_text(value, "text", text);
    return value;
}

void respond_redirect_flash(struct request *request, struct response *response, const char *location,
                            const char *message_key) {
    respond_redirect(response, location);
    cookie_set(response, &(struct cookie){ "flash", message_key, 60, request->secure, true });
}

/* A language chosen in the address stays chosen in this browser. */
static void keep_language(struct request *request, struct response *response) {
    enum { YEAR_S = 365 * 24 * 3600 };
    cookie_set(response, &(struct cookie){ "lang", request->lang, YEAR_S, request->secure, true });
}

void page_token(const struct request *request, json_t *view) {
    json_put_text(view, "csrf", request->csrf == NULL ? "" : slot_marker(request, SLOT_CSRF));
}

void page_common(struct request *request, struct response *response, json_t *view) {
    const char *asked = request_query(request, "lang");
    if (str_eq(asked, request->lang)) keep_language(request, response);
    json_put_text(view, "lang", request->lang);
    json_put_text(view, "theme", request->theme);
    json_put_text(view, "path", request->path);
    json_put_text(view, "build", static_files_build(request->http->files));
    page_token(request, view);
    json_put(view, "me", person(request));
    json_put(view, "next_lang", other_language(request));
    if (json_object_get(view, "title") == NULL) json_put_text(view, "title", "");
    json_put(view, "flash", flash(request, response));
    response->has_slots = true;
    if (request->http->settings->page_frame != NULL) request->http->settings->page_frame(request, view);
}

static void plain_failure(struct request *request, struct response *response, int status, const struct error *err) {
    log_error("page_failed", request->op->request_id, err);
    response->status = status < 400 ? 500 : status;
    response->content_type = "text/plain; charset=utf-8";
    response->body.len = 0;
    buf_printf(&response->body, "%s (%s)\n", i18n_text(request->op->lang, "error.kind.internal"),
               request->op->request_id);
}

void respond_page(struct request *request, struct response *response, int status, const char *name, json_t *view) {
    enum { USUAL_SIZE = 48 * 1024 };
    struct error err;
    page_common(request, response, view);
    store_snapshot_end(request->op);
    response->body.len = 0;
    buf_reserve(&response->body, USUAL_SIZE);
    if (!template_render_page(name, view, request->op->lang, &response->body, &err)) {
        plain_failure(request, response, status, &err);
        return;
    }
    response->status = status;
    response->content_type = "text/html; charset=utf-8";
}

void respond_fragment(struct request *request, struct response *response, const char *name, json_t *view) {
    struct error err;
    page_common(request, response, view);
    store_snapshot_end(request->op);
    response->body.len = 0;
    if (!template_render(name, view, request->op->lang, &response->body, &err)) {
        plain_failure(request, response, 500, &err);
        return;
    }
    response->status = 200;
    response->content_type = "text/html; charset=utf-8";
    response->cache_control = "private, no-cache";
}
