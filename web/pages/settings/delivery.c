/* 발송 하나: one message, where it goes, what came of it and what that means. A test leads here; while the message is
 * on its way the page looks again by itself. */
#include "pages/settings/destination_kinds.h"

#include "base/id.h"
#include "base/json.h"
#include "base/str.h"
#include "connect/explain.h"
#include "ledger/ledger_read.h"

#include <string.h>

struct reading {
    int64_t id;
    struct outbox_row row;
};

static bool read_tx(struct tx *tx, void *arg, struct error *err) {
    struct reading *reading = arg;
    return outbox_get(tx, reading->id, &reading->row, err);
}

/* ready: on its way, or tried and to be tried again. */
static const char *standing_of(const struct outbox_row *row) {
    if (str_eq(row->state, "sent")) return "sent";
    if (str_eq(row->state, "dead")) return "dead";
    return row->attempts == 0 ? "waiting" : "again";
}

static const char *tone_of(const char *standing) {
    if (str_eq(standing, "sent")) return "good";
    return str_eq(standing, "dead") ? "bad" : str_eq(standing, "again") ? "warn" : "quiet";
}

/* What people would read; anything else is data of no interest to them. */
static const char *text_of(const struct screen *screen, const struct outbox_row *row) {
    json_t *payload;
    struct error err;
    if (!json_parse(screen->op->arena, row->payload, strlen(row->payload), &payload, &err)) return NULL;
    const char *text = json_text(payload, "text");
    return text != NULL ? text : json_text(payload, "title");
}

static void fill(struct screen *screen, const struct outbox_row *row) {
    char id[ID_TEXT_SIZE];
    json_t *view = screen->view;
    const char *standing = standing_of(row);
    const struct i18n *lang = screen->op->lang;
    struct arena *arena = screen->op->arena;
    screen_title(screen, topic_label(arena, lang, row->topic));
    json_put_text(view, "heading", topic_label(arena, lang, row->topic));
    json_put_text(view, "destination", destination_shown(screen, row->destination, row->connector));
    json_put_text(view, "connector", label(screen, "connector", row->connector));
    json_put_text(view, "destination_url", path_of(screen, "/destinations/%s", id_text(row->destination_id, id)));
    json_put_text(view, "state", label(screen, "delivery_state", standing));
    json_put_text(view, "tone", tone_of(standing));
    json_put_text(view, "explained", delivery_explain(arena, lang, row->connector, row->last_error));
    json_put_text(view, "reason", row->last_error);
    json_put_text(view, "attempts",
                  row->attempts == 0 ? NULL : say_count(screen, "deliveries.attempts", row->attempts));
    json_put(view, "created", view_instant(screen, row->created_at));
    json_put(view, "finished", view_instant(screen, row->finished_at));
    json_put(view, "next", str_eq(standing, "again") ? view_instant(screen, row->due_at) : json_null());
    json_put_text(view, "text", text_of(screen, row));
    json_put_bool(view, "dead", str_eq(standing, "dead"));
    json_put_bool(view, "under_way", str_eq(standing, "waiting") || str_eq(standing, "again"));
    json_put_text(view, "url", path_of(screen, "/deliveries/%s", id_text(row->id, id)));
}

static void page_delivery(struct request *request, struct response *response) {
    struct screen screen;
    struct reading reading = { 0 };
    struct error err;
    if (!screen_open(request, response, "deliveries.title", &screen)) return;
    if (!id_parse(request_param(request, "id"), &reading.id)) {
        (void)ERROR(&err, ERR_NOT_FOUND, "outbox.unknown", "not an id");
        respond_error(request, response, &err);
        return;
    }
    if (!store_read(request->op, read_tx, &reading, &err)) {
        respond_error(request, response, &err);
        return;
    }
    fill(&screen, &reading.row);
    if (str_eq(standing_of(&reading.row), "waiting")) response_header(response, "Refresh", "2");
    screen_show(&screen, "pages/delivery");
}

static const struct route ROUTES[] = {
    { HTTP_GET, "/deliveries/:id", page_delivery, PERM_ADMIN, CSRF_SAFE, BODY_NONE, RATE_PAGE },
};
const struct route_table DELIVERY_ONE_ROUTES = ROUTE_TABLE(ROUTES);
