/* POST …/report/typing and …/retro/typing: keeps what is being typed, answers who else is at the document, whether the
 * section was saved by somebody meanwhile, and, when asked, the text as HTML (live preview). Called by editing.js every
 * second or two while somebody types, and every 20 s while the page is open. */
#include "api/resource.h"
#include "http/http.h"

#include "base/json.h"
#include "base/str.h"
#include "review/typing.h"
#include "text/i18n.h"
#include "text/markdown.h"
#include "base/arena.h"

static enum document_kind kind_of(const struct request *request) {
    return str_starts(request->route, "/api/v1/incidents/:ref/retro") ? DOCUMENT_RETRO : DOCUMENT_REPORT;
}

static int64_t whole_number(struct op *op, const json_t *json, const char *key) {
    const json_t *value = json_object_get(json, key);
    if (value == NULL || json_is_null(value)) return 0;
    if (!json_is_integer(value) || json_integer_value(value) < 0) op_field_error(op, key, "not_number", NULL);
    return json_integer_value(value);
}

static const char *text_of(struct op *op, const json_t *json, const char *key) {
    const json_t *value = json_object_get(json, key);
    if (value == NULL || json_is_null(value)) return NULL;
    if (!json_is_string(value)) op_field_error(op, key, "not_text", NULL);
    return json_string_value(value);
}

static json_t *others_json(struct op *op, const struct typing *now) {
    json_t *others = json_array();
    for (size_t i = 0; i < now->other_count; i++) {
        json_t *row = json_object();
        json_put_text(row, "person", now->others[i].person);
        json_put_text(row, "section", now->others[i].section);
        json_put_text(row, "title",
                      i18n_text(op->lang, arena_printf(op->arena, "review.section.%s", now->others[i].section)));
        json_push(others, row);
    }
    return others;
}

static void keep(struct request *request, struct response *response) {
    struct op *op = request->op;
    const json_t *json = request->json;
    struct typing_wish wish = { .section = text_of(op, json, "section"),
                                .body = text_of(op, json, "body"),
                                .screen = text_of(op, json, "screen"),
                                .base = whole_number(op, json, "base"),
                                .number = whole_number(op, json, "number") };
    bool preview = str_eq(api_flag(op, json, "preview"), "true");
    struct typing_kept kept;
    struct error err;
    bool ok = op->fields.count == 0
                  ? typing_keep(op, request_param(request, "ref"), kind_of(request), &wish, &kept, &err)
                  : OP_INVALID(op, &err);
    char *html = NULL;
    if (ok && wish.body != NULL && preview) {
        ok = markdown_render(op->arena, wish.body, &html, &err);
    }
    if (!ok) {
        respond_error(request, response, &err);
        return;
    }
    json_t *answer = json_obj(op->arena);
    json_put_i64(answer, "number", kept.number);
    json_put_i64(answer, "version", kept.version);
    json_put_text(answer, "saved_by", kept.saved_by);
    json_put(answer, "others", others_json(op, &kept.now));
    json_put_text(answer, "html", html);
    respond_json(response, 200, answer);
}

#define WRITE PERM_RESPOND, CSRF_BEARER_OR_TOKEN, BODY_JSON, RATE_API
static const struct route ROUTES[] = {
    { HTTP_POST, "/api/v1/incidents/:ref/report/typing", keep, WRITE },
    { HTTP_POST, "/api/v1/incidents/:ref/retro/typing", keep, WRITE },
};
const struct route_table REVIEW_TYPING_ROUTES = ROUTE_TABLE(ROUTES);
