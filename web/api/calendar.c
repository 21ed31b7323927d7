/* API of the business calendar: a year's holidays, and the organisation's own days. */
#include "api/resource.h"

#include "base/arena.h"
#include "policy/calendar.h"

static void show(struct request *request, struct response *response) {
    struct error err;
    json_t *year;
    if (calendar_year(request->op, request_query(request, "year"), &year, &err)) respond_json(response, 200, year);
    else respond_error(request, response, &err);
}

static void add(struct request *request, struct response *response) {
    struct op *op = request->op;
    const json_t *body;
    struct error err;
    json_t *year;
    if (!api_body(request, &body, &err)) {
        respond_error(request, response, &err);
        return;
    }
    struct calendar_input input = { api_text(op, body, "date"), api_text(op, body, "kind"), api_text(op, body, "name"),
                                    api_text(op, body, "reason") };
    if (calendar_add(op, &input, &err) && calendar_year(op, arena_strn(op->arena, input.date, 4), &year, &err))
        respond_json(response, 201, year);
    else respond_error(request, response, &err);
}

static void take_back(struct request *request, struct response *response) {
    struct error err;
    if (calendar_remove(request->op, request_param(request, "date"), request_query(request, "reason"), &err))
        api_done(response);
    else respond_error(request, response, &err);
}

static const struct route ROUTES[] = {
    { HTTP_GET, "/api/v1/holidays", show, PERM_READ, CSRF_SAFE, BODY_NONE, RATE_API },
    { HTTP_POST, "/api/v1/holidays", add, PERM_SCHEDULE, CSRF_BEARER_OR_TOKEN, BODY_JSON, RATE_API },
    { HTTP_DELETE, "/api/v1/holidays/:date", take_back, PERM_SCHEDULE, CSRF_BEARER_OR_TOKEN, BODY_NONE, RATE_API },
};
const struct route_table CALENDAR_API_ROUTES = ROUTE_TABLE(ROUTES);
