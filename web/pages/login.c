/* Log-in, log-out and the first set-up: the pages without a session. */
#include "pages/form_view.h"

#include "app.h"
#include "base/arena.h"
#include "base/json.h"
#include "base/str.h"
#include "people/session.h"
#include "policy/setup.h"
#include "text/i18n.h"

#include <string.h>

/* Only places of our own: "/x", never "//host" or "/\host". */
static const char *next_place(const char *next) {
    if (next == NULL || next[0] != '/' || next[1] == '/' || next[1] == '\\') return "/";
    return next;
}

static void show_login(struct request *request, struct response *response, const struct error *refusal) {
    struct screen screen;
    if (!screen_open(request, response, "login.title", &screen)) return;
    const char *next = refusal == NULL ? request_query(request, "next") : request_form(request, "next");
    const char *login = refusal == NULL ? NULL : request_form(request, "login");
    json_put_text(screen.view, "next", next_place(next));
    json_put_text(screen.view, "login", login == NULL ? "" : login);
    json_put_text(screen.view, "refused", NULL);
    int status = 200;
    if (refusal != NULL) {
        const char *key = arena_printf(request->op->arena, "error.%s", refusal->code);
        json_put_text(screen.view, "refused", say(&screen, key));
        status = error_class(refusal->kind)->http_status;
    }
    respond_page(request, response, status, "pages/login", screen.view);
}

static void page_login(struct request *request, struct response *response) {
    if (request_setup_open(request)) respond_redirect(response, "/setup");
    else if (request->csrf != NULL) respond_redirect(response, next_place(request_query(request, "next")));
    else show_login(request, response, NULL);
}

static void do_login(struct request *request, struct response *response) {
    char token[SECRET_TOKEN_SIZE];
    struct user user;
    struct error err;
    struct login_attempt attempt = { .login = request_form(request, "login"),
                                     .password = request_form(request, "password"),
                                     .remote = request->remote,
                                     .user_agent = request_header(request, "User-Agent"),
                                     .old_token = request->session };
    if (attempt.login == NULL) attempt.login = "";
    if (attempt.password == NULL) attempt.password = "";
    if (!session_login(request->op, &attempt, token, &user, &err)) {
        if (err.kind == ERR_INTERNAL || err.kind == ERR_BUSY) respond_error(request, response, &err);
        else show_login(request, response, &err);
        return;
    }
    respond_redirect(response, next_place(request_form(request, "next")));
    respond_session_cookie(request, response, token);
}

static void do_logout(struct request *request, struct response *response) {
    struct error err;
    if (!session_end(request->op, request->op->actor->session_or_token_id, &err)) {
        respond_error(request, response, &err);
        return;
    }
    respond_redirect(response, "/login");
    respond_session_cookie(request, response, NULL);
}

/* -- set-up -- */

static const struct field_spec SETUP[] = {
    { "token", SHAPE_LINE, "setup.field.token", "setup.hint.token", true, 80, NULL },
    { "organisation", SHAPE_LINE, "setup.field.organisation", NULL, true, 80, "organization" },
    { "name", SHAPE_LINE, "setup.field.name", NULL, true, 80, "name" },
    { "login", SHAPE_LINE, "setup.field.login", "setup.hint.login", true, 40, "username" },
    { "email", SHAPE_EMAIL, "setup.field.email", NULL, false, 200, "email" },
    { "password", SHAPE_PASSWORD, "setup.field.password", "setup.hint.password", true, 256, "new-password" },
};
static const struct field_spec ZONE = { "zone", SHAPE_LINE, "setup.field.zone", NULL, true, 60, NULL };
static const struct field_spec PRESET = { "preset", SHAPE_RADIO, "setup.field.preset", NULL, true, 0, NULL };

static void show_setup(struct request *request, struct response *response, const struct error *refusal) {
    struct screen screen;
    struct form form;
    if (!screen_open(request, response, "setup.title", &screen)) return;
    form_open(&screen, &form);
    form_fields(&form, SETUP, sizeof SETUP / sizeof *SETUP,
                (const char *[]){ request_query(request, "token"), NULL, NULL, NULL, NULL, NULL });
    form_field(&form, &ZONE, screen.organisation.zone, NULL);
    form_field(&form, &PRESET, *request->app->preset != '\0' ? request->app->preset : policy_preset_key(0),
               options_presets(&screen));
    if (refusal != NULL) form_errors(&form, refusal);
    int status = refusal == NULL ? 200 : error_class(refusal->kind)->http_status;
    respond_page(request, response, status, "pages/setup", screen.view);
}

static void page_setup(struct request *request, struct response *response) {
    if (!request_setup_open(request)) respond_redirect(response, "/login");
    else show_setup(request, response, NULL);
}

static void do_setup(struct request *request, struct response *response) {
    char token[SECRET_TOKEN_SIZE];
    struct user user;
    struct error err;
    struct setup_input input = {
        .token = request_form(request, "token"),
        .preset = request_form(request, "preset"),
        .admin = { .login = request_form(request, "login"),
                   .name = request_form(request, "name"),
                   .email = request_form(request, "email"),
                   .password = request_form(request, "password"),
                   .lang = request->lang },
        .organisation = { .name = request_form(request, "organisation"),
                          .zone = request_form(request, "zone"),
                          .lang = request->lang },
    };
    struct login_attempt from = { .login = input.admin.login,
                                  .remote = request->remote,
                                  .user_agent = request_header(request, "User-Agent") };
    if (!setup_complete(request->op, request->app->setup_token, &input, &user, &err)) {
        if (err.kind == ERR_INTERNAL || err.kind == ERR_BUSY) respond_error(request, response, &err);
        else show_setup(request, response, &err);
        return;
    }
    if (!session_create(request->op, user.id, &from, token, &err)) {
        respond_redirect(response, "/login");
        return;
    }
    respond_redirect_flash(request, response, "/", "flash.set_up");
    respond_session_cookie(request, response, token);
}

static const struct route LOGIN_LIST[] = {
    { HTTP_GET, "/login", page_login, PERM_PUBLIC, CSRF_SAFE, BODY_NONE, RATE_PAGE },
    { HTTP_POST, "/login", do_login, PERM_PUBLIC, CSRF_PUBLIC_FORM, BODY_FORM, RATE_LOGIN },
    { HTTP_POST, "/logout", do_logout, PERM_SELF, CSRF_TOKEN, BODY_FORM, RATE_WRITE },
    { HTTP_GET, "/setup", page_setup, PERM_PUBLIC, CSRF_SAFE, BODY_NONE, RATE_PAGE },
    { HTTP_POST, "/setup", do_setup, PERM_PUBLIC, CSRF_PUBLIC_FORM, BODY_FORM, RATE_LOGIN },
};
const struct route_table LOGIN_ROUTES = ROUTE_TABLE(LOGIN_LIST);
