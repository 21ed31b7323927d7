/* Settings of connections: slack, jira, smtp, sms, status. */
#include "api/resource.h"

#include "app.h"
#include "connect/settings.h"

static void show(struct request *request, struct response *response) {
    struct error err;
    struct connect_setting setting;
    if (connect_settings_show(request->op, request_param(request, "name"), &setting, &err)) {
        api_answer(request, response, 200, setting.shown, setting.version);
    } else {
        respond_error(request, response, &err);
    }
}

static void save(struct request *request, struct response *response) {
    struct error err;
    struct connect_setting setting;
    struct connect_setting_edit edit = { .portal = request->app->base_url, .version = api_if_match(request) };
    if (api_body(request, &edit.body, &err) &&
        connect_settings_save(request->op, request_param(request, "name"), &edit, &setting, &err)) {
        api_answer(request, response, 200, setting.shown, setting.version);
    } else {
        respond_error(request, response, &err);
    }
}

static const struct route ROUTES[] = {
    { HTTP_GET, "/api/v1/settings/:name", show, PERM_ADMIN, CSRF_SAFE, BODY_NONE, RATE_API },
    { HTTP_PUT, "/api/v1/settings/:name", save, PERM_ADMIN, CSRF_BEARER_OR_TOKEN, BODY_JSON, RATE_API },
};
const struct route_table API_SETTINGS_ROUTES = ROUTE_TABLE(ROUTES);
