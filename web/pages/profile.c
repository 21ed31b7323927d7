/* Profile: one's own name, language, theme, password, log-ins and API tokens. */
#include "pages/form_view.h"

#include "base/arena.h"
#include "base/id.h"
#include "base/json.h"
#include "base/str.h"
#include "http/cookie.h"
#include "people/api_token.h"
#include "people/session.h"
#include "text/i18n.h"
#include "text/when.h"

static const char *const LANGS[] = { "ko", "en", NULL };
static const char *const THEMES[] = { "system", "light", "dark", NULL };

static const struct field_spec NAME = { "name", SHAPE_LINE, "person.name", NULL, true, 80, "name" };
static const struct field_spec EMAIL = { "email", SHAPE_EMAIL, "person.email", NULL, false, 200, "email" };
static const struct field_spec PHONE = { "phone", SHAPE_LINE, "person.phone", NULL, false, 40, "tel" };
static const struct field_spec LANG = { "lang", SHAPE_SELECT, "person.lang", NULL, false, 0, NULL };
static const struct field_spec THEME = { "theme", SHAPE_SELECT, "person.theme", NULL, false, 0, NULL };
static const struct field_spec PASSWORD[] = {
    { "current", SHAPE_PASSWORD, "profile.current", NULL, true, 256, "current-password" },
    { "password", SHAPE_PASSWORD, "profile.wanted", "setup.hint.password", true, 256, "new-password" },
};

static json_t *session_view(const struct screen *screen, const struct session *session) {
    char id[ID_TEXT_SIZE];
    json_t *row = json_object();
    json_put_text(row, "agent",
                  session->user_agent == NULL || *session->user_agent == '\0' ? "–" : session->user_agent);
    json_put_text(row, "remote", session->remote);
    json_put(row, "seen", view_instant(screen, session->last_seen_ms));
    json_put_bool(row, "current", session->id == screen->op->actor->session_or_token_id);
    json_put_text(row, "end_url", path_of(screen, "/profile/sessions/%s/end", id_text(session->id, id)));
    return row;
}

enum refused { REFUSED_NOTHING, REFUSED_PROFILE, REFUSED_PASSWORD };

static void show_profile(struct request *request, struct response *response, enum refused refused,
                         const struct error *refusal) {
    struct screen screen;
    struct form form, password;
    struct user user;
    struct session_list sessions;
    struct error err;
    if (!screen_open(request, response, "profile.title", &screen)) return;
    if (!user_load(request->op, request->op->actor->user_id, &user, &err) ||
        !session_list(request->op, &sessions, &err)) {
        respond_error(request, response, &err);
        return;
    }
    form_open(&screen, &form);
    form.posted = refused == REFUSED_PROFILE;
    form_field(&form, &NAME, user.name, NULL);
    form_field(&form, &EMAIL, user.email, NULL);
    form_field(&form, &PHONE, user.phone, NULL);
    form_field(&form, &LANG, user.lang, options_labels(&screen, "lang", LANGS, false));
    form_field(&form, &THEME, user.theme, options_labels(&screen, "theme", THEMES, false));
    form_open_as(&screen, "password", &password);
    password.posted = refused == REFUSED_PASSWORD;
    form_fields(&password, PASSWORD, sizeof PASSWORD / sizeof *PASSWORD, NULL);
    json_t *rows = json_array();
    for (size_t i = 0; i < sessions.count; i++) json_push(rows, session_view(&screen, &sessions.items[i]));
    json_put(screen.view, "sessions", rows);
    json_put_text(screen.view, "version", path_of(&screen, "%lld", (long long)user.version));
    if (refusal == NULL) {
        screen_show(&screen, "pages/profile");
        return;
    }
    form_errors(refused == REFUSED_PASSWORD ? &password : &form, refusal);
    screen_refuse(&screen, "pages/profile", refusal);
}

static void page_profile(struct request *request, struct response *response) {
    show_profile(request, response, REFUSED_NOTHING, NULL);
}

static void do_profile(struct request *request, struct response *response) {
    struct user user;
    struct error err;
    int64_t version = -1;
    const char *typed = request_form(request, "version");
    if (typed != NULL) (void)str_to_i64(typed, &version);
    struct user_input input = { .name = request_form(request, "name"),
                                .email = request_form(request, "email"),
                                .phone = request_form(request, "phone"),
                                .lang = request_form(request, "lang"),
                                .theme = request_form(request, "theme") };
    if (!profile_update(request->op, version, &input, &user, &err)) {
        show_profile(request, response, REFUSED_PROFILE, &err);
        return;
    }
    respond_redirect_flash(request, response, "/profile", "flash.saved");
    cookie_set(response, &(struct cookie){ "lang", "", 0, request->secure, true }); /* the profile says it now */
}

static void do_password(struct request *request, struct response *response) {
    struct error err;
    const char *current = request_form(request, "current");
    const char *wanted = request_form(request, "password");
    if (!profile_change_password(request->op, current == NULL ? "" : current, wanted == NULL ? "" : wanted, &err)) {
        show_profile(request, response, REFUSED_PASSWORD, &err);
        return;
    }
    respond_redirect_flash(request, response, "/profile", "flash.saved");
}

static void do_end_session(struct request *request, struct response *response) {
    struct error err;
    int64_t id = 0;
    (void)id_parse(request_param(request, "id"), &id);
    if (!session_revoke(request->op, id, &err)) respond_error(request, response, &err);
    else respond_redirect_flash(request, response, "/profile", "flash.removed");
}

/* -- API tokens -- */

static const struct field_spec TOKEN_NAME = { "name", SHAPE_LINE,         "tokens.name", "tokens.hint.name",
                                              true,   API_TOKEN_NAME_MAX, NULL };
static const struct field_spec TOKEN_SCOPE = { "scope", SHAPE_SELECT, "tokens.scope", NULL, true, 0, NULL };
static const struct field_spec TOKEN_DAYS = { "days", SHAPE_SELECT, "tokens.days", NULL, true, 0, NULL };

static void add_tokens(const struct screen *screen, const struct api_token_list *list) {
    json_t *rows = json_array();
    const struct tz *tz = screen->organisation.tz;
    struct arena *arena = screen->op->arena;
    for (size_t i = 0; i < list->count; i++) {
        const struct api_token *token = &list->items[i];
        char id[ID_TEXT_SIZE];
        const char *used = token->last_used_ms == 0
                               ? say(screen, "tokens.never_used")
                               : when_relative(arena, screen->op->lang, screen->op->now_ms, token->last_used_ms);
        json_t *row = json_object();
        json_put_text(row, "name", token->name);
        json_put_text(row, "scopes", token->scopes);
        json_put_text(row, "used", used);
        json_put_text(row, "expires",
                      token->expires_ms == 0 ? say(screen, "tokens.no_end")
                                             : path_of(screen, "~ %s", when_minute(arena, tz, token->expires_ms)));
        json_put_text(row, "revoke_url", path_of(screen, "/profile/tokens/%s/revoke", id_text(token->id, id)));
        json_push(rows, row);
    }
    json_put(screen->view, "tokens", rows);
}

static void show_tokens(struct request *request, struct response *response, const char *made,
                        const struct error *refusal) {
    static const char *const DAYS[] = { "30", "90", "365", NULL };
    struct screen screen;
    struct form form;
    struct api_token_list list;
    struct error err;
    if (!screen_open(request, response, "tokens.title", &screen)) return;
    if (!api_token_list(request->op, request->op->actor->user_id, &list, &err)) {
        respond_error(request, response, &err);
        return;
    }
    form_open(&screen, &form);
    form.posted = refusal != NULL;
    form_field(&form, &TOKEN_NAME, NULL, NULL);
    json_t *scopes = options_new(), *days = options_new();
    for (size_t i = 0; scope_at(i) != NULL; i++) option_add(scopes, scope_at(i), label(&screen, "scope", scope_at(i)));
    form_field(&form, &TOKEN_SCOPE, "read", scopes);
    for (size_t i = 0; DAYS[i] != NULL; i++) {
        int64_t count = 0;
        (void)str_to_i64(DAYS[i], &count);
        option_add(days, DAYS[i], say_count(&screen, "policy_page.days", count));
    }
    option_add(days, "", say(&screen, "tokens.no_end"));
    form_field(&form, &TOKEN_DAYS, "90", days);
    add_tokens(&screen, &list);
    json_put_text(screen.view, "made", made);
    if (refusal == NULL) {
        screen_show(&screen, "pages/tokens");
        return;
    }
    form_errors(&form, refusal);
    screen_refuse(&screen, "pages/tokens", refusal);
}

static void page_tokens(struct request *request, struct response *response) {
    show_tokens(request, response, NULL, NULL);
}

/* The text of the token is shown in this one answer and nowhere else. */
static void do_token(struct request *request, struct response *response) {
    enum { DAY_MS = 86400000 };
    char text[API_TOKEN_SIZE];
    struct api_token token;
    struct error err;
    int64_t days = 0;
    const char *typed = request_form(request, "days");
    if (typed != NULL && *typed != '\0' && (!str_to_i64(typed, &days) || days < 1 || days > 3650)) {
        op_field_error(request->op, "days", "out_of_range", "1–3650");
        (void)OP_INVALID(request->op, &err);
        show_tokens(request, response, NULL, &err);
        return;
    }
    struct api_token_input input = { .name = request_form(request, "name"),
                                     .scopes = (const char *[]){ request_form(request, "scope"), NULL },
                                     .expires_ms = days == 0 ? 0 : request->op->now_ms + days * DAY_MS };
    if (api_token_create(request->op, &input, text, &token, &err)) show_tokens(request, response, text, NULL);
    else show_tokens(request, response, NULL, &err);
}

static void do_revoke(struct request *request, struct response *response) {
    struct error err;
    int64_t id = 0;
    (void)id_parse(request_param(request, "id"), &id);
    if (!api_token_revoke(request->op, id, &err)) respond_error(request, response, &err);
    else respond_redirect_flash(request, response, "/profile/tokens", "flash.removed");
}

static const struct route PROFILE_LIST[] = {
    { HTTP_GET, "/profile", page_profile, PERM_SELF, CSRF_SAFE, BODY_NONE, RATE_PAGE },
    { HTTP_POST, "/profile", do_profile, PERM_SELF, CSRF_TOKEN, BODY_FORM, RATE_WRITE },
    { HTTP_POST, "/profile/password", do_password, PERM_SELF, CSRF_TOKEN, BODY_FORM, RATE_LOGIN },
    { HTTP_POST, "/profile/sessions/:id/end", do_end_session, PERM_SELF, CSRF_TOKEN, BODY_FORM, RATE_WRITE },
    { HTTP_GET, "/profile/tokens", page_tokens, PERM_SELF, CSRF_SAFE, BODY_NONE, RATE_PAGE },
    { HTTP_POST, "/profile/tokens", do_token, PERM_SELF, CSRF_TOKEN, BODY_FORM, RATE_WRITE },
    { HTTP_POST, "/profile/tokens/:id/revoke", do_revoke, PERM_SELF, CSRF_TOKEN, BODY_FORM, RATE_WRITE },
};
const struct route_table PROFILE_ROUTES = ROUTE_TABLE(PROFILE_LIST);
