/* API of the quarterly reviews, and the files to take away. A quarter is named 2026-Q1. */
#include "api/resource.h"

#include "base/arena.h"
#include "base/json.h"
#include "base/str.h"
#include "insight/quarter.h"
#include "text/i18n.h"
#include "text/markdown.h"
#include "view/template.h"

#include <string.h>

enum { FILE_MAX = 4 * 1024 * 1024 };

static bool named(struct request *request, struct quarter *out, struct error *err) {
    const char *name = request_param(request, "name");
    return quarter_parse(name, out) || ERROR(err, ERR_NOT_FOUND, "quarter.unknown", "%s", name);
}

static bool find(struct request *request, struct response *response, struct quarter_review *out) {
    struct quarter quarter;
    struct error err;
    if (named(request, &quarter, &err) && quarter_find(request->op, quarter, out, &err)) return true;
    respond_error(request, response, &err);
    return false;
}

static void list(struct request *request, struct response *response) {
    struct quarter_list found;
    struct error err;
    if (!quarter_list(request->op, &found, &err)) {
        respond_error(request, response, &err);
        return;
    }
    json_t *items = json_array();
    for (size_t i = 0; i < found.count; i++) {
        json_push(items, json_incref(quarter_json(request->op, &found.items[i])));
    }
    api_list(request, response, items, NULL);
}

static void show(struct request *request, struct response *response) {
    struct quarter_review review;
    if (find(request, response, &review)) respond_json(response, 200, quarter_json(request->op, &review));
}

static void make(struct request *request, struct response *response) {
    struct quarter quarter;
    struct quarter_review review;
    struct error err;
    if (!named(request, &quarter, &err) || !quarter_make(request->op, quarter, &review, &err)) {
        respond_error(request, response, &err);
        return;
    }
    respond_json(response, 200, quarter_json(request->op, &review));
}

/* {"section": "plan", "body": "…", "base": 1} */
static void save(struct request *request, struct response *response) {
    struct op *op = request->op;
    const json_t *body;
    struct quarter quarter;
    struct quarter_review review;
    struct quarter_save wish = { .base = -1 };
    struct error err;
    bool ok = named(request, &quarter, &err) && api_body(request, &body, &err);
    if (ok) {
        const char *section = api_text(op, body, "section"), *base = api_number(op, body, "base");
        wish.body = api_text(op, body, "body");
        if (section == NULL || !quarter_part_parse(section, &wish.part)) {
            op_field_error(op, "section", section == NULL ? "required" : "unknown", NULL);
        }
        if (wish.body == NULL) op_field_error(op, "body", "required", NULL);
        if (base == NULL || !str_to_i64(base, &wish.base)) op_field_error(op, "base", "required", NULL);
        ok = op->fields.count == 0 ? quarter_save(op, quarter, &wish, &review, &err) : OP_INVALID(op, &err);
        if (!ok && err.kind == ERR_INVALID) {
            api_name_field(op, arena_printf(op->arena, "sections.%s", quarter_part_name(wish.part)), "body");
        }
    }
    if (ok) respond_json(response, 200, quarter_json(op, &review));
    else respond_error(request, response, &err);
}

/* --- files --- */

static void send_file(struct request *request, struct response *response, const struct quarter_review *review,
                      const char *type, const char *text) {
    struct arena *arena = request->op->arena;
    const char *ending = strrchr(request->route, '.');
    response->status = 200;
    response->content_type = type;
    response_header(
        response, "Content-Disposition",
        arena_printf(arena, "attachment; filename=\"review-%s%s\"", quarter_name(arena, review->quarter), ending));
    buf_puts(&response->body, text);
}

static void as_markdown(struct request *request, struct response *response) {
    struct quarter_review review;
    const char *text;
    struct error err;
    if (!find(request, response, &review)) return;
    if (quarter_markdown(request->op, &review, &text, &err)) {
        send_file(request, response, &review, "text/markdown; charset=utf-8", text);
    } else {
        respond_error(request, response, &err);
    }
}

static void as_json(struct request *request, struct response *response) {
    struct quarter_review review;
    if (!find(request, response, &review)) return;
    const char *text = json_dump(request->op->arena, quarter_json(request->op, &review));
    send_file(request, response, &review, "application/json", text);
}

static bool html_of(struct op *op, const struct quarter_review *review, struct buf *out, struct error *err) {
    json_t *view = json_obj(op->arena), *sections = json_array();
    const char *title;
    if (!quarter_title(op, review, &title, err)) return false;
    for (enum quarter_part part = QUARTER_FREQUENCY; part < QUARTER_PART_COUNT; part++) {
        const char *body = review->sections[part].body;
        char *html;
        if (!markdown_render(op->arena, str_blank(body) ? "–" : body, &html, err)) return false;
        json_t *row = json_object();
        json_put_text(row, "title", quarter_heading(op, review, part));
        json_put_text(row, "body_html", html);
        json_push(sections, row);
    }
    json_put_text(view, "lang", review->lang);
    json_put_text(view, "title", title);
    json_put(view, "sections", sections);
    return template_render("documents/quarter", view, i18n_get(review->lang), out, err);
}

static void as_html(struct request *request, struct response *response) {
    struct quarter_review review;
    struct buf html;
    struct error err;
    if (!find(request, response, &review)) return;
    buf_init(&html, request->op->arena, FILE_MAX);
    if (html_of(request->op, &review, &html, &err)) {
        send_file(request, response, &review, "text/html; charset=utf-8", html.data);
    } else {
        respond_error(request, response, &err);
    }
}

#define READ PERM_READ, CSRF_SAFE, BODY_NONE, RATE_API
#define WRITE PERM_RESPOND, CSRF_BEARER_OR_TOKEN, BODY_JSON, RATE_API
static const struct route ROUTES[] = {
    { HTTP_GET, "/api/v1/quarters", list, READ },
    { HTTP_GET, "/api/v1/quarters/:name", show, READ },
    { HTTP_PUT, "/api/v1/quarters/:name", save, WRITE },
    { HTTP_POST, "/api/v1/quarters/:name/make", make, WRITE },
    { HTTP_GET, "/api/v1/quarters/:name.md", as_markdown, READ },
    { HTTP_GET, "/api/v1/quarters/:name.html", as_html, READ },
    { HTTP_GET, "/api/v1/quarters/:name.json", as_json, READ },
};
const struct route_table API_QUARTER_ROUTES = ROUTE_TABLE(ROUTES);
