/* The status page for programs, in the convention of Statuspage v2. At /status/api/v2 and at the root, where widgets
 * look for it; the only answers that any site's scripts may read. */
#include "base/str.h"
#include "http/http.h"
#include "notice/status_json.h"
#include "app.h"

static void answer(struct request *request, struct response *response) {
    struct status_site site;
    struct error err;
    request_speak_publicly(request);
    if (!status_load(request->op, &site, &err)) {
        respond_error(request, response, &err);
        return;
    }
    const struct status_reader reader = { request->op->lang, request->app->base_url };
    enum status_answer kind = STATUS_SUMMARY;
    while (kind < STATUS_ANSWER_COUNT - 1 && !str_ends(request->route, status_answer_path(kind))) kind++;
    respond_json(response, 200, status_json(request->op->arena, &site, &reader, kind));
    respond_public(request, response, "application/json; charset=utf-8");
    response_header(response, "Access-Control-Allow-Origin", "*");
}

#define READ(pattern) \
    { HTTP_GET, pattern, answer, PERM_PUBLIC, CSRF_SAFE, BODY_NONE, RATE_PUBLIC }
#define ALL(root)                                                                                      \
    READ(root "/summary.json"), READ(root "/status.json"), READ(root "/components.json"),              \
        READ(root "/incidents.json"), READ(root "/incidents/unresolved.json"),                         \
        READ(root "/scheduled-maintenances.json"), READ(root "/scheduled-maintenances/upcoming.json"), \
        READ(root "/scheduled-maintenances/active.json")

static const struct route ROUTES[] = { ALL("/status/api/v2"), ALL("/api/v2") };
const struct route_table STATUS_API_ROUTES = ROUTE_TABLE(ROUTES);
