/* /test/clock: with `serve --test-clock` the clock stands still; moving it forward runs everything that falls due on
 * the way before the call answers. Moved back, it only stands at another time: a replay begins by that. Tests and
 * drills use it; without the option the address does not exist. */
#include "app.h"
#include "base/clock.h"
#include "base/json.h"
#include "http/http.h"
#include "http/problem.h"
#include "text/when.h"
#include "work/worker.h"

static bool there(struct request *request, struct response *response) {
    if (request->app->test_clock) return true;
    problem_status(request, response, 404, "request.not_found");
    return false;
}

static void show(struct request *request, struct response *response) {
    if (!there(request, response)) return;
    json_t *body = json_obj(request->op->arena);
    json_put_text(body, "now", when_rfc3339(request->op->arena, clock_now_ms(request->app->clock)));
    respond_json(response, 200, body);
    response->cache_control = "no-store";
}

static void move(struct request *request, struct response *response) {
    struct error err;
    int64_t now_ms;
    if (!there(request, response)) return;
    const char *text = json_text(request->json, "now");
    if (text == NULL || !when_parse(text, &now_ms, &err)) {
        op_field_error(request->op, "now", text == NULL ? "required" : "malformed", NULL);
        (void)OP_INVALID(request->op, &err);
        respond_error(request, response, &err);
        return;
    }
    if (request->app->worker == NULL) {
        clock_set_ms(request->app->clock, now_ms);
    } else if (!worker_run_until(request->app->worker, now_ms, &err)) {
        respond_error(request, response, &err);
        return;
    }
    show(request, response);
}

static const struct route ROUTES[] = {
    { HTTP_GET, "/test/clock", show, PERM_PUBLIC, CSRF_SAFE, BODY_NONE, RATE_PUBLIC },
    { HTTP_PUT, "/test/clock", move, PERM_PUBLIC, CSRF_PUBLIC_FORM, BODY_JSON, RATE_PUBLIC },
};
const struct route_table TEST_CLOCK_ROUTES = ROUTE_TABLE(ROUTES);
