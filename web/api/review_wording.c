/* API of the wording of reports and retrospectives: findings with their waivers, and waiving one. */
#include "api/review_wording.h"

#include "base/arena.h"
#include "base/json.h"
#include "base/str.h"
#include "text/when.h"
#include "wording/gate.h"

static enum document_kind kind_of(const struct request *request) {
    return str_starts(request->route, "/api/v1/incidents/:ref/retro") ? DOCUMENT_RETRO : DOCUMENT_REPORT;
}

void respond_wording_blocked(struct request *request, struct response *response, enum document_kind kind,
                             const struct error *err) {
    struct op *op = request->op;
    struct wording_review review;
    struct error read_err;
    if (!document_wording(op, request_param(request, "ref"), kind, &review, &read_err)) {
        respond_error(request, response, err);
        return;
    }
    json_t *extra = json_obj(op->arena);
    json_put(extra, "findings", json_incref(wording_review_json(op, &review, true)));
    respond_problem(request, response, err, extra);
}

void respond_wording_review(struct request *request, struct response *response, int status,
                            const struct wording_review *review) {
    struct op *op = request->op;
    json_t *json = json_obj(op->arena);
    json_t *waivers = json_array();
    for (size_t i = 0; i < review->waiver_count; i++) {
        const struct waiver *waiver = &review->waivers[i];
        json_t *row = json_object();
        json_put_id(row, "id", waiver->id);
        json_put_text(row, "section", waiver->section);
        json_put_text(row, "rule", waiver->rule);
        json_put_text(row, "category", waiver->category);
        json_put_text(row, "words", waiver->words);
        json_put_text(row, "reason", waiver->reason);
        json_put_text(row, "person", waiver->person);
        json_put_text(row, "at", when_rfc3339(op->arena, waiver->waived_at));
        json_push(waivers, row);
    }
    json_put(json, "findings", json_incref(wording_review_json(op, review, false)));
    json_put(json, "waivers", waivers);
    json_put_bool(json, "blocked", review->open > 0);
    respond_json(response, status, json);
}

struct waiver_wish request_waiver_wish(const struct request *request) {
    const json_t *start = json_object_get(request->json, "start");
    return (struct waiver_wish){ .part = json_text(request->json, "section"),
                                 .rule = json_text(request->json, "rule"),
                                 .start = json_is_integer(start) ? json_integer_value(start) : -1,
                                 .reason = json_text(request->json, "reason") };
}

static void show(struct request *request, struct response *response) {
    struct wording_review review;
    struct error err;
    if (document_wording(request->op, request_param(request, "ref"), kind_of(request), &review, &err)) {
        respond_wording_review(request, response, 200, &review);
    } else respond_error(request, response, &err);
}

static void waive(struct request *request, struct response *response) {
    struct op *op = request->op;
    const struct waiver_wish wish = request_waiver_wish(request);
    struct wording_review review;
    struct error err;
    if (document_waive(op, request_param(request, "ref"), kind_of(request), &wish, &review, &err)) {
        respond_wording_review(request, response, 201, &review);
    } else respond_error(request, response, &err);
}

#define READ PERM_READ, CSRF_SAFE, BODY_NONE, RATE_API
#define WRITE PERM_RESPOND, CSRF_BEARER_OR_TOKEN, BODY_JSON, RATE_API

static const struct route ROUTES[] = {
    { HTTP_GET, "/api/v1/incidents/:ref/report/wording", show, READ },
    { HTTP_GET, "/api/v1/incidents/:ref/retro/wording", show, READ },
    { HTTP_POST, "/api/v1/incidents/:ref/report/waivers", waive, WRITE },
    { HTTP_POST, "/api/v1/incidents/:ref/retro/waivers", waive, WRITE },
};
const struct route_table REVIEW_WORDING_ROUTES = ROUTE_TABLE(ROUTES);
