/* 발송: where messages go, how each destination is doing, and what could not be delivered. */
#include "pages/settings/destination_kinds.h"

#include "app.h"
#include "base/arena.h"
#include "base/id.h"
#include "base/json.h"
#include "base/str.h"
#include "text/i18n.h"
#include "text/when.h"
#include "connect/breaker_row.h"
#include "connect/destination.h"
#include "connect/explain.h"
#include "ledger/ledger_read.h"
#include "work/worker.h"

enum { FAILED_SHOWN = 50 };

struct reading {
    struct destination_list destinations;
    struct outbox_filter filter;
    struct outbox_page failed;
    struct outbox_counts counts;
    struct breaker_rows breakers;
};

static bool read_tx(struct tx *tx, void *arg, struct error *err) {
    struct reading *reading = arg;
    return destination_list(tx, &reading->destinations, err) &&
           outbox_list(tx, &reading->filter, &reading->failed, err) && outbox_count(tx, &reading->counts, err) &&
           breaker_rows(tx, &reading->breakers, err);
}

/* off, blocked, open, half_open, fine: what matters most first. */
static const char *health_of(const struct screen *screen, const struct destination *d, const struct breaker *breaker) {
    if (!d->enabled) return "off";
    if (d->blocked_until > screen->op->now_ms) return "blocked";
    return breaker->state == BREAKER_CLOSED ? "fine" : breaker_state_name(breaker->state);
}

/* The figures it decides by, and when it goes on. */
static void add_breaker(const struct screen *screen, json_t *row, const struct breaker *breaker) {
    struct op *op = screen->op;
    const char *rests = NULL, *figures = NULL;
    if (breaker->bad_count > 0) {
        figures = i18n_format(op->lang, op->arena, "deliveries.figures",
                              I18N_ARGS({ "count", path_of(screen, "%d", breaker->count) },
                                        { "bad", path_of(screen, "%d", breaker->bad_count) }));
    }
    if (breaker->state == BREAKER_OPEN) {
        const char *when = when_clock(op->arena, screen->organisation.tz, breaker->open_until);
        rests = i18n_format(op->lang, op->arena, "deliveries.rests", I18N_ARGS({ "when", when }));
    } else if (breaker->state == BREAKER_HALF_OPEN) {
        rests = say(screen, "deliveries.trial");
    }
    json_put_text(row, "figures", figures);
    json_put_text(row, "rests", rests);
}

static json_t *destination_row(const struct screen *screen, const struct breaker_rows *breakers,
                               const struct destination *d) {
    char id[ID_TEXT_SIZE];
    json_t *row = json_object();
    const struct breaker breaker = breaker_of(breakers, d->id, screen->op->now_ms);
    const char *health = health_of(screen, d, &breaker);
    bool fine = str_eq(health, "fine");
    json_put_text(row, "name", destination_shown(screen, d->name, d->connector));
    json_put_text(row, "connector", label(screen, "connector", d->connector));
    json_put_text(row, "health", label(screen, "delivery_health", health));
    json_put_text(row, "tone", fine ? "good" : str_eq(health, "off") ? "quiet" : "bad");
    const char *reason = fine ? NULL : d->blocked_reason;
    json_put_text(row, "reason", reason);
    json_put_text(row, "explained", delivery_explain(screen->op->arena, screen->op->lang, d->connector, reason));
    add_breaker(screen, row, &breaker);
    json_put_bool(row, "enabled", d->enabled);
    json_put_bool(row, "stuck", d->enabled && !fine);
    json_put_text(row, "url", path_of(screen, "/destinations/%s", id_text(d->id, id)));
    json_put_text(row, "csrf", screen->request->csrf);
    return row;
}

static json_t *failed_row(const struct screen *screen, const struct outbox_row *failed) {
    char id[ID_TEXT_SIZE];
    json_t *row = json_object();
    json_put_text(row, "id", id_text(failed->id, id));
    json_put(row, "at", view_instant(screen, failed->created_at));
    json_put_text(row, "destination", destination_shown(screen, failed->destination, failed->connector));
    json_put_text(row, "topic", topic_label(screen->op->arena, screen->op->lang, failed->topic));
    json_put_text(row, "explained",
                  delivery_explain(screen->op->arena, screen->op->lang, failed->connector, failed->last_error));
    json_put_text(row, "reason", failed->last_error);
    json_put_text(row, "attempts", say_count(screen, "deliveries.attempts", failed->attempts));
    json_put_text(row, "url", path_of(screen, "/deliveries/%s", id));
    json_put_text(row, "csrf", screen->request->csrf);
    return row;
}

static void page_deliveries(struct request *request, struct response *response) {
    struct screen screen;
    struct error err;
    char id[ID_TEXT_SIZE];
    struct reading reading = { .filter = { .state = "dead", .limit = FAILED_SHOWN } };
    const char *cursor = request_query(request, "cursor");
    if (cursor != NULL) (void)id_parse(cursor, &reading.filter.before_id);
    if (!screen_open(request, response, "deliveries.title", &screen)) return;
    if (!store_read(request->op, read_tx, &reading, &err)) {
        respond_error(request, response, &err);
        return;
    }
    json_t *destinations = json_array(), *failed = json_array();
    for (size_t i = 0; i < reading.destinations.count; i++) {
        json_push(destinations, destination_row(&screen, &reading.breakers, &reading.destinations.list[i]));
    }
    const struct outbox_page *page = &reading.failed;
    for (size_t i = 0; i < page->count; i++) json_push(failed, failed_row(&screen, &page->list[i]));
    json_put(screen.view, "destinations", destinations);
    json_put(screen.view, "failed", failed);
    json_put_text(screen.view, "waiting", say_count(&screen, "deliveries.waiting", reading.counts.ready));
    json_put_text(screen.view, "late",
                  reading.counts.late == 0 ? NULL : say_count(&screen, "deliveries.late", reading.counts.late));
    json_put(screen.view, "pages",
             view_pages(&screen, page->more ? id_text(page->list[page->count - 1].id, id) : NULL));
    screen_show(&screen, "pages/deliveries");
}

static void done(struct request *request, struct response *response, bool ok, const char *flash,
                 const struct error *err) {
    if (ok) respond_redirect_flash(request, response, "/deliveries", flash);
    else respond_error(request, response, err);
}

static bool path_id(struct request *request, const char *code, int64_t *id, struct error *err) {
    return id_parse(request_param(request, "id"), id) || ERROR(err, ERR_NOT_FOUND, code, "not an id");
}

static void do_test(struct request *request, struct response *response) {
    struct error err;
    char row_text[ID_TEXT_SIZE];
    int64_t id, row;
    if (!path_id(request, "destination.unknown", &id, &err) || !destination_test(request->op, id, &row, &err)) {
        respond_error(request, response, &err);
        return;
    }
    respond_redirect(response, arena_printf(request->op->arena, "/deliveries/%s", id_text(row, row_text)));
}

static void do_enable(struct request *request, struct response *response) {
    struct error err;
    int64_t id;
    bool on = str_eq(request_form(request, "enabled"), "true");
    bool ok = path_id(request, "destination.unknown", &id, &err) && destination_enable(request->op, id, on, &err);
    if (ok && on && request->app->worker != NULL) worker_reset_breaker(request->app->worker, id);
    done(request, response, ok, "flash.saved", &err);
}

static void do_retry(struct request *request, struct response *response) {
    struct error err;
    int64_t id;
    bool ok = path_id(request, "outbox.unknown", &id, &err) && outbox_retry(request->op, id, &err);
    done(request, response, ok, "flash.delivery_retried", &err);
}

static void do_discard(struct request *request, struct response *response) {
    struct error err;
    int64_t id;
    bool ok = path_id(request, "outbox.unknown", &id, &err) &&
              outbox_discard(request->op, id, request_form(request, "reason"), &err);
    done(request, response, ok, "flash.delivery_discarded", &err);
}

static const struct route DELIVERY_LIST[] = {
    { HTTP_GET, "/deliveries", page_deliveries, PERM_ADMIN, CSRF_SAFE, BODY_NONE, RATE_PAGE },
    { HTTP_POST, "/destinations/:id/test", do_test, PERM_ADMIN, CSRF_TOKEN, BODY_FORM, RATE_WRITE },
    { HTTP_POST, "/destinations/:id/enabled", do_enable, PERM_ADMIN, CSRF_TOKEN, BODY_FORM, RATE_WRITE },
    { HTTP_POST, "/deliveries/:id/retry", do_retry, PERM_ADMIN, CSRF_TOKEN, BODY_FORM, RATE_WRITE },
    { HTTP_POST, "/deliveries/:id/discard", do_discard, PERM_ADMIN, CSRF_TOKEN, BODY_FORM, RATE_WRITE },
};
const struct route_table DELIVERY_PAGE_ROUTES = ROUTE_TABLE(DELIVERY_LIST);
