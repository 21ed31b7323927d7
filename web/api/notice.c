/* API of customer notices: templates, drafts, the steps to publication, previews. */
#include "api/resource.h"
#include "api/review_wording.h"
#include "base/json.h"
#include "base/str.h"
#include "http/http.h"
#include "notice/notice_json.h"
#include "notice/template_preview.h"

/* --- templates --- */

static void templates_list(struct request *request, struct response *response) {
    struct error err;
    json_t *items;
    if (!notice_templates_json(request->op, &items, &err)) respond_error(request, response, &err);
    else api_list(request, response, items, NULL);
}

static bool read_template(struct request *request, struct notice_template_input *out, struct error *err) {
    struct op *op = request->op;
    const json_t *body;
    if (!api_body(request, &body, err)) return false;
    *out = (struct notice_template_input){ .stage = api_text(op, body, "stage"),
                                           .lang = api_text(op, body, "lang"),
                                           .name = api_text(op, body, "name"),
                                           .title = api_text(op, body, "title"),
                                           .text = api_text(op, body, "text"),
                                           .version = api_number(op, body, "version") };
    return true;
}

static void template_put(struct request *request, struct response *response) {
    struct error err;
    struct notice_template_input input;
    if (read_template(request, &input, &err) &&
        notice_template_save(request->op, request_param(request, "key"), &input, &err))
        api_done(response);
    else respond_error(request, response, &err);
}

static void template_preview(struct request *request, struct response *response) {
    struct error err;
    struct notice_template_input input;
    json_t *json;
    if (read_template(request, &input, &err) && notice_template_preview(request->op, &input, &json, &err))
        respond_json(response, 200, json);
    else respond_error(request, response, &err);
}

static void template_get(struct request *request, struct response *response) {
    struct error err;
    struct notice_template one;
    if (!notice_template_load(request->op, request_param(request, "key"), request_param(request, "stage"),
                              request_param(request, "lang"), &one, &err))
        respond_error(request, response, &err);
    else api_answer(request, response, 200, notice_template_json(request->op, &one), one.version);
}

/* --- one notice --- */

static void answer(struct request *request, struct response *response, int status, bool done,
                   const struct notice *notice, struct error *err) {
    json_t *json;
    if (done && notice_json(request->op, notice, &json, err))
        api_answer(request, response, status, json, notice->version);
    else respond_error(request, response, err);
}

/* {ko, en}, or a text, which is the Korean one. */
static void read_pair(struct op *op, const json_t *body, const char *name, const char **ko, const char **en) {
    const json_t *pair = json_object_get(body, name);
    if (json_is_object(pair)) {
        *ko = api_text(op, pair, "ko");
        *en = api_text(op, pair, "en");
    } else if (json_is_array(pair)) {
        op_field_error(op, name, "not_object", NULL);
    } else {
        *ko = api_text(op, body, name);
    }
}

static bool read_input(struct request *request, struct notice_input *input, struct error *err) {
    struct op *op = request->op;
    const json_t *body;
    if (!api_body(request, &body, err)) return false;
    *input = (struct notice_input){ .template = api_text(op, body, "template"), .stage = api_text(op, body, "stage") };
    read_pair(op, body, "title", &input->title_ko, &input->title_en);
    read_pair(op, body, "text", &input->text_ko, &input->text_en);
    read_pair(op, body, "phone", &input->phone_ko, &input->phone_en);
    read_pair(op, body, "ars", &input->ars_ko, &input->ars_en);
    input->next_at = api_text(op, body, "next_notice_at");
    input->next_minutes = api_number(op, body, "next_notice_minutes");
    input->expected_version = api_if_match(request);
    return true;
}

static void notices_list(struct request *request, struct response *response) {
    struct error err;
    struct notice_list list;
    if (!notice_of_incident(request->op, request_param(request, "ref"), &list, &err))
        respond_error(request, response, &err);
    else api_list(request, response, notice_list_json(request->op, &list), NULL);
}

static void notices_waiting(struct request *request, struct response *response) {
    struct error err;
    struct notice_list list;
    if (!notice_waiting(request->op, &list, &err)) respond_error(request, response, &err);
    else api_list(request, response, notice_list_json(request->op, &list), NULL);
}

static void notice_post(struct request *request, struct response *response) {
    struct error err;
    struct notice_input input;
    struct notice notice;
    bool done = read_input(request, &input, &err) &&
                notice_create(request->op, request_param(request, "ref"), &input, &notice, &err);
    answer(request, response, 201, done, &notice, &err);
}

static void preview(struct request *request, struct response *response) {
    struct error err;
    json_t *json;
    struct notice_preview_query query = { .template = request_query(request, "template"),
                                          .stage = request_query(request, "stage"),
                                          .lang = request_query(request, "lang"),
                                          .next_at = request_query(request, "next_notice_at") };
    if (notice_preview(request->op, request_param(request, "ref"), &query, &json, &err))
        respond_json(response, 200, json);
    else respond_error(request, response, &err);
}

static bool path_id(struct request *request, int64_t *id, struct error *err) {
    return api_path_id(request, "id", "notice.not_found", id, err);
}

static void notice_get(struct request *request, struct response *response) {
    struct error err;
    struct notice notice;
    int64_t id;
    bool done = path_id(request, &id, &err) && notice_load(request->op, id, &notice, &err);
    answer(request, response, 200, done, &notice, &err);
}

static void notice_patch(struct request *request, struct response *response) {
    struct error err;
    struct notice_input input;
    struct notice notice;
    int64_t id;
    bool done = path_id(request, &id, &err) && read_input(request, &input, &err) &&
                notice_edit(request->op, id, &input, &notice, &err);
    answer(request, response, 200, done, &notice, &err);
}

static void versions(struct request *request, struct response *response) {
    struct error err;
    struct notice_version *list;
    size_t count;
    int64_t id;
    if (path_id(request, &id, &err) && notice_versions(request->op, id, &list, &count, &err))
        api_list(request, response, notice_versions_json(request->op, list, count), NULL);
    else respond_error(request, response, &err);
}

typedef bool (*step_fn)(struct op *op, int64_t id, const struct notice_step *step, struct notice *out,
                        struct error *err);

/* A step needs no body; one that is sent may hold {reason, emergency}. */
static void take_step(struct request *request, struct response *response, step_fn step) {
    struct op *op = request->op;
    struct error err;
    struct notice notice;
    int64_t id;
    const json_t *body = request->json;
    struct notice_step typed = { .expected_version = api_if_match(request) };
    if (json_is_object(body)) {
        typed.reason = api_text(op, body, "reason");
        typed.emergency = str_eq(api_flag(op, body, "emergency"), "true");
    }
    bool done = path_id(request, &id, &err) && step(op, id, &typed, &notice, &err);
    answer(request, response, 200, done, &notice, &err);
}

static void submit(struct request *request, struct response *response) {
    take_step(request, response, notice_submit);
}
static void approve(struct request *request, struct response *response) {
    take_step(request, response, notice_approve);
}
static void reject(struct request *request, struct response *response) {
    take_step(request, response, notice_reject);
}
static void publish(struct request *request, struct response *response) {
    take_step(request, response, notice_publish);
}
static void withdraw(struct request *request, struct response *response) {
    take_step(request, response, notice_withdraw);
}

static void wording(struct request *request, struct response *response) {
    struct error err;
    struct wording_review review;
    int64_t id;
    if (path_id(request, &id, &err) && notice_wording(request->op, id, &review, &err))
        respond_wording_review(request, response, 200, &review);
    else respond_error(request, response, &err);
}

static void waive(struct request *request, struct response *response) {
    struct error err;
    struct wording_review review;
    int64_t id;
    const struct waiver_wish wish = request_waiver_wish(request);
    if (path_id(request, &id, &err) && notice_waive(request->op, id, &wish, &review, &err))
        respond_wording_review(request, response, 201, &review);
    else respond_error(request, response, &err);
}

#define WRITE(method_, pattern, handler, permission_) \
    { HTTP_##method_, pattern, handler, permission_, CSRF_BEARER_OR_TOKEN, BODY_JSON, RATE_API }
#define READ(pattern, handler) \
    { HTTP_GET, pattern, handler, PERM_READ, CSRF_SAFE, BODY_NONE, RATE_API }

static const struct route ROUTES[] = {
    READ("/api/v1/notice-templates", templates_list),
    WRITE(PUT, "/api/v1/notice-templates/:key", template_put, PERM_NOTICE),
    READ("/api/v1/notice-templates/:key/:stage/:lang", template_get),
    WRITE(POST, "/api/v1/notice-templates/preview", template_preview, PERM_READ),
    READ("/api/v1/incidents/:ref/notices", notices_list),
    WRITE(POST, "/api/v1/incidents/:ref/notices", notice_post, PERM_NOTICE),
    READ("/api/v1/incidents/:ref/notices/preview", preview),
    READ("/api/v1/notices", notices_waiting),
    READ("/api/v1/notices/:id", notice_get),
    WRITE(PATCH, "/api/v1/notices/:id", notice_patch, PERM_NOTICE),
    READ("/api/v1/notices/:id/versions", versions),
    READ("/api/v1/notices/:id/wording", wording),
    WRITE(POST, "/api/v1/notices/:id/waivers", waive, PERM_NOTICE),
    WRITE(POST, "/api/v1/notices/:id/submit", submit, PERM_NOTICE),
    WRITE(POST, "/api/v1/notices/:id/approve", approve, PERM_NOTICE_APPROVE),
    WRITE(POST, "/api/v1/notices/:id/reject", reject, PERM_NOTICE_APPROVE),
    WRITE(POST, "/api/v1/notices/:id/publish", publish, PERM_NOTICE),
    WRITE(POST, "/api/v1/notices/:id/withdraw", withdraw, PERM_NOTICE),
};
const struct route_table NOTICE_ROUTES = ROUTE_TABLE(ROUTES);
