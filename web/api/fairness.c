/* Load and fairness of a month, as JSON and as CSV; the CSV also under /oncall, for the page's link. */
#include "base/arena.h"
#include "http/http.h"
#include "insight/fairness.h"

enum { CSV_MAX = 4 * 1024 * 1024 };

static void show(struct request *request, struct response *response) {
    struct fairness fairness;
    struct error err;
    if (fairness_month(request->op, request_query(request, "month"), &fairness, &err))
        respond_json(response, 200, fairness_json(request->op, &fairness));
    else respond_error(request, response, &err);
}

static void show_csv(struct request *request, struct response *response) {
    struct fairness fairness;
    struct error err;
    if (!fairness_month(request->op, request_query(request, "month"), &fairness, &err)) {
        respond_error(request, response, &err);
        return;
    }
    response->status = 200;
    response->content_type = "text/csv; charset=utf-8";
    response_header(response, "Content-Disposition",
                    arena_printf(request->op->arena, "attachment; filename=\"on-call-%s.csv\"", fairness.month));
    buf_init(&response->body, request->op->arena, CSV_MAX);
    fairness_csv(request->op, &fairness, &response->body);
}

static const struct route ROUTES[] = {
    { HTTP_GET, "/api/v1/on-call/fairness", show, PERM_READ, CSRF_SAFE, BODY_NONE, RATE_API },
    { HTTP_GET, "/api/v1/on-call/fairness.csv", show_csv, PERM_READ, CSRF_SAFE, BODY_NONE, RATE_API },
    { HTTP_GET, "/oncall/fairness.csv", show_csv, PERM_READ, CSRF_SAFE, BODY_NONE, RATE_PAGE },
};
const struct route_table FAIRNESS_API_ROUTES = ROUTE_TABLE(ROUTES);
