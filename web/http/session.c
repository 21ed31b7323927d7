/* Who asks: an API token, else the session cookie. Both are looked up in the people room. */
#include "http/http_internal.h"

#include "app.h"
#include "base/arena.h"
#include "base/str.h"
#include "http/cookie.h"
#include "http/urlenc.h"
#include "http/who_cache.h"
#include "people/api_token.h"
#include "people/session.h"
#include "policy/setup.h"
#include "text/i18n.h"

#include <string.h>
#include <strings.h>

const char *session_cookie_name(const struct http *http) {
    return http->secure ? "__Host-bongsu" : "bongsu"; /* browsers refuse __Host- without TLS */
}

static void speak(struct request *request, const char *lang) {
    if (lang == NULL || *lang == '\0' || request_query(request, "lang") != NULL) return;
    if (request_cookie(request, "lang") != NULL) return; /* chosen on a page of this browser */
    request->op->lang = i18n_get(lang);
    request->lang = i18n_code(request->op->lang);
}

static void act_as(struct request *request, const struct actor *actor) {
    struct actor *copy = ARENA_NEW(request->op->arena, struct actor);
    *copy = *actor;
    copy->remote = request->remote;
    request->op->actor = copy;
}

static bool refuse(struct request *request, struct response *response, const struct error *err) {
    respond_error(request, response, err);
    return false;
}

static bool find_token(struct request *request, const char *token, struct who *who, struct error *err) {
    struct token_identity identity;
    uint64_t version = who_cache_version(request);
    if (who_cache_find(request, WHO_TOKEN, token, who)) return true;
    if (!api_token_resolve(request->op, token, &identity, err)) return false;
    *who = (struct who){ identity.actor, "", identity.lang, "" };
    who_cache_keep(request, WHO_TOKEN, token, version, who);
    return true;
}

static bool find_session(struct request *request, const char *token, struct who *who, struct error *err) {
    struct session session;
    uint64_t version = who_cache_version(request);
    if (who_cache_find(request, WHO_SESSION, token, who)) return true;
    if (!session_resolve(request->op, token, &session, err)) return false;
    *who = (struct who){ session.actor, session.csrf, session.lang, session.theme };
    who_cache_keep(request, WHO_SESSION, token, version, who);
    return true;
}

static bool identify_bearer(struct request *request, struct response *response, const char *header) {
    struct error err;
    struct who who;
    const char *token = header + strlen("Bearer ");
    token += strspn(token, " ");
    if (!find_token(request, token, &who, &err)) return refuse(request, response, &err);
    request->bearer = true;
    act_as(request, &who.actor);
    /* a program that names a language wants that one; a browser always names one, so there the profile wins */
    if (request_header(request, "Accept-Language") == NULL) speak(request, who.lang);
    return true;
}

/* An unknown session is nobody: the permission check says what that means for this route. */
static bool identify_cookie(struct request *request, struct response *response, const char *token) {
    struct error err;
    struct who who;
    if (!find_session(request, token, &who, &err)) {
        if (err.kind != ERR_UNAUTHENTICATED) return refuse(request, response, &err);
        respond_session_cookie(request, response, NULL);
        return true;
    }
    request->session = token;
    request->csrf = who.csrf;
    act_as(request, &who.actor);
    speak(request, who.lang);
    if (*who.theme != '\0') request->theme = who.theme;
    return true;
}

bool request_setup_open(const struct request *request) {
    struct error err;
    bool needed = request->app->setup_token[0] != '\0'; /* as it was at start; people may have been added since */
    return needed && setup_needed(request->op, &needed, &err) && needed;
}

/* Where to go back to: the page asked for, or the page the form that was sent stands on. NULL: nobody can say. */
static const char *place_to_return(const struct request *request) {
    if (request->method == HTTP_GET) return request->path;
    const char *referer = request_header(request, "Referer");
    const char *host = referer == NULL ? NULL : strstr(referer, "://");
    return host == NULL ? NULL : strchr(host + 3, '/');
}

/* Where a person without a session is sent: set-up while there is nobody, else the login, and back afterwards. */
static void send_to_login(struct request *request, struct response *response) {
    struct buf url;
    buf_init(&url, request->op->arena, 16384);
    if (request_setup_open(request)) {
        respond_redirect(response, "/setup");
        return;
    }
    buf_puts(&url, "/login");
    const char *next = place_to_return(request);
    if (next != NULL && !str_eq(next, "/")) {
        buf_puts(&url, "?next=");
        urlenc_add(&url, next);
    }
    respond_redirect(response, url.data);
}

bool exchange_identify(struct exchange *exchange, struct request *request, struct response *response) {
    const struct route *route = exchange->route;
    struct error err;
    if (route->permission == PERM_SIGNED || route->rate == RATE_PUBLIC) return true; /* the same for everybody */
    const char *header = request_header(request, "Authorization");
    const char *token = request_cookie(request, session_cookie_name(exchange->http));
    if (header != NULL && strncasecmp(header, "Bearer ", 7) == 0) {
        if (!identify_bearer(request, response, header)) return false;
    } else if (token != NULL && *token != '\0') {
        if (!identify_cookie(request, response, token)) return false;
    }
    if (permission_check(request->op, route->permission, &err)) return true;
    if (err.kind == ERR_UNAUTHENTICATED && !request_is_api(request) && place_to_return(request) != NULL) {
        send_to_login(request, response);
        return false;
    }
    return refuse(request, response, &err);
}
