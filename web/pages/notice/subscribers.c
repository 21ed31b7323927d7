/* 상태 페이지 구독자: who gets it by mail; removing one, the list as CSV; and the same over the API. */
#include "api/resource.h"
#include "pages/screen.h"

#include "base/arena.h"
#include "base/id.h"
#include "base/json.h"
#include "base/str.h"
#include "notice/subscriber.h"
#include "text/csv.h"
#include "text/when.h"

enum { PAGE_SIZE = 100, CSV_MAX = 8 * 1024 * 1024 };

static void page(struct request *request, struct response *response) {
    struct screen screen;
    struct subscriber_list list;
    struct error err;
    if (!screen_open(request, response, "subscribers.title", &screen)) return;
    if (!subscriber_list(request->op, request_query(request, "after"), PAGE_SIZE, &list, &err)) {
        respond_error(request, response, &err);
        return;
    }
    json_t *rows = json_array();
    for (size_t i = 0; i < list.count; i++) {
        const struct subscriber *one = &list.items[i];
        char id[ID_TEXT_SIZE];
        json_t *row = json_object();
        json_put_text(row, "email", one->email);
        json_put_text(row, "lang", str_eq(one->lang, "en") ? "English" : "한국어");
        json_put_text(row, "state",
                      say(&screen, one->confirmed_at == 0 ? "subscribers.waiting" : "subscribers.confirmed"));
        json_put_text(row, "tone", one->confirmed_at == 0 ? "" : "good");
        json_put(row, "since", view_instant(&screen, one->confirmed_at == 0 ? one->created_at : one->confirmed_at));
        json_put_text(row, "remove", path_of(&screen, "/subscribers/%s/remove", id_text(one->id, id)));
        json_push(rows, row);
    }
    json_put(screen.view, "subscribers", rows);
    json_put_bool(screen.view, "some", list.count > 0);
    json_put_text(screen.view, "confirmed", say_count(&screen, "subscribers.count", list.confirmed));
    json_put(screen.view, "pages", view_pages(&screen, list.more ? list.items[list.count - 1].email : NULL));
    screen_show(&screen, "pages/subscribers");
}

static void do_remove(struct request *request, struct response *response) {
    struct error err;
    int64_t id;
    if (api_path_id(request, "id", "subscriber.unknown", &id, &err) && subscriber_remove(request->op, id, &err))
        respond_redirect_flash(request, response, "/subscribers", "flash.removed");
    else respond_error(request, response, &err);
}

/* The whole list, page by page into one answer. */
static void export_csv(struct request *request, struct response *response) {
    static const char *const HEAD[] = { "email", "lang", "state", "created_at", "confirmed_at" };
    struct arena *arena = request->op->arena;
    struct subscriber_list list = { .more = true };
    struct error err;
    const char *after = NULL;
    struct buf *out = ARENA_NEW(arena, struct buf);
    buf_init(out, arena, CSV_MAX);
    csv_begin(out);
    csv_row(out, HEAD, 5);
    while (list.more) {
        if (!subscriber_list(request->op, after, 1000, &list, &err)) {
            respond_error(request, response, &err);
            return;
        }
        for (size_t i = 0; i < list.count; i++) {
            const struct subscriber *one = &list.items[i];
            bool waits = one->confirmed_at == 0;
            csv_row(out,
                    (const char *const[]){ one->email, one->lang, waits ? "waiting" : "confirmed",
                                           when_rfc3339(arena, one->created_at),
                                           waits ? NULL : when_rfc3339(arena, one->confirmed_at) },
                    5);
            after = one->email;
        }
    }
    response->status = 200;
    response->content_type = "text/csv; charset=utf-8";
    response->cache_control = "no-store";
    response_header(response, "Content-Disposition", "attachment; filename=\"subscribers.csv\"");
    buf_add(&response->body, out->data, out->len);
}

static void api_show(struct request *request, struct response *response) {
    struct subscriber_list list;
    struct error err;
    const char *after;
    int limit;
    if (!api_page(request, response, &limit, &after)) return;
    if (!subscriber_list(request->op, after, limit, &list, &err)) {
        respond_error(request, response, &err);
        return;
    }
    json_t *items = json_array();
    for (size_t i = 0; i < list.count; i++) {
        const struct subscriber *one = &list.items[i];
        json_t *item = json_object();
        json_put_id(item, "id", one->id);
        json_put_text(item, "email", one->email);
        json_put_text(item, "lang", one->lang);
        json_put_text(item, "created_at", when_rfc3339(request->op->arena, one->created_at));
        json_put_text(item, "confirmed_at",
                      one->confirmed_at == 0 ? NULL : when_rfc3339(request->op->arena, one->confirmed_at));
        json_push(items, item);
    }
    api_list(request, response, items, list.more ? list.items[list.count - 1].email : NULL);
}

static void api_remove(struct request *request, struct response *response) {
    struct error err;
    int64_t id;
    if (api_path_id(request, "id", "subscriber.unknown", &id, &err) && subscriber_remove(request->op, id, &err))
        api_done(response);
    else respond_error(request, response, &err);
}

static const struct route ROUTES[] = {
    { HTTP_GET, "/subscribers", page, PERM_ADMIN, CSRF_SAFE, BODY_NONE, RATE_PAGE },
    { HTTP_GET, "/subscribers.csv", export_csv, PERM_ADMIN, CSRF_SAFE, BODY_NONE, RATE_PAGE },
    { HTTP_POST, "/subscribers/:id/remove", do_remove, PERM_ADMIN, CSRF_TOKEN, BODY_FORM, RATE_WRITE },
    { HTTP_GET, "/api/v1/subscribers", api_show, PERM_ADMIN, CSRF_SAFE, BODY_NONE, RATE_API },
    { HTTP_DELETE, "/api/v1/subscribers/:id", api_remove, PERM_ADMIN, CSRF_BEARER_OR_TOKEN, BODY_NONE, RATE_API },
};
const struct route_table SUBSCRIBERS_ROUTES = ROUTE_TABLE(ROUTES);
