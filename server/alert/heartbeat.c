/* Heartbeats of scheduled jobs (R-E3): see integration.h. The next beat is awaited by a due row; the missed one is an
 * alert like any other, so that rules, maintenance and pages work the same. A job never seen is not awaited. */
#include "alert/alert_internal.h"
#include "alert/receipt.h"

#include "base/arena.h"
#include "people/permission.h"
#include "policy/organisation.h"
#include "text/i18n.h"

static int64_t awaited_at(const struct integration *g) {
    return g->beat_at + (g->beat_seconds + g->grace_seconds) * 1000;
}

enum heartbeat_state heartbeat_state_at(const struct integration *g, int64_t now_ms) {
    if (!g->enabled) return HEARTBEAT_OFF;
    if (g->beat_at == 0) return HEARTBEAT_WAITING;
    if (now_ms < g->beat_at + g->beat_seconds * 1000) return HEARTBEAT_FINE;
    return now_ms < awaited_at(g) ? HEARTBEAT_LATE : HEARTBEAT_MISSED;
}

const char *heartbeat_state_name(enum heartbeat_state state) {
    static const char *const NAMES[] = { "waiting", "fine", "late", "missed", "off" };
    return NAMES[state];
}

bool heartbeat_follow(struct tx *tx, const struct integration *g, struct error *err) {
    if (g->kind != INTEGRATION_HEARTBEAT) return true;
    if (!g->enabled || g->beat_at == 0) return due_cancel_all(tx, HEARTBEAT_DUE, g->id, err);
    struct due next = { HEARTBEAT_DUE, g->id, "", awaited_at(g), NULL };
    return due_set(tx, &next, err);
}

static struct alert_event beat_event(struct op *op, const struct integration *g, const char *lang,
                                     enum alert_state state) {
    return (struct alert_event){ .state = state,
                                 .fingerprint = "heartbeat",
                                 .title = i18n_format(i18n_get(lang), op->arena, "alert.heartbeat.missed",
                                                      I18N_ARGS({ "name", g->name })) };
}

static bool ingest(struct tx *tx, const struct integration *g, enum alert_state state, struct alert_result *out,
                   struct error *err) {
    struct organisation organisation;
    if (!organisation_find(tx, &organisation, err)) return false;
    struct alert_event event = beat_event(tx_op(tx), g, organisation.lang, state);
    return alert_ingest_tx(tx, g, &(struct alert_batch){ .events = &event, .count = 1 }, out, err);
}

static bool beat_tx(struct tx *tx, void *arg, struct error *err) {
    struct integration *g = arg;
    struct receipt receipt = { .accepted = 1 };
    g->beat_at = tx_op(tx)->now_ms;
    tx_on_commit(tx, "integrations");
    return ingest(tx, g, ALERT_RESOLVED, &receipt.result, err) && integration_row_beat(tx, g->id, g->beat_at, err) &&
           receipt_add(tx, g->id, &receipt, err) && heartbeat_follow(tx, g, err);
}

bool integration_beat(struct op *op, const struct integration *integration, struct error *err) {
    struct integration copy = *integration;
    return store_write(op, beat_tx, &copy, err);
}

bool heartbeat_missed(struct tx *tx, const struct due *due, struct error *err) {
    struct integration g;
    struct alert_result result;
    bool found;
    if (!integration_row_find(tx, due->subject_id, &g, &found, err)) return false;
    if (!found || !g.enabled) return true;
    return ingest(tx, &g, ALERT_FIRING, &result, err);
}

static bool list_tx(struct tx *tx, void *arg, struct error *err) {
    struct integration_list *out = arg, all;
    if (!integration_rows_list(tx, &all, err)) return false;
    *out = (struct integration_list){ ARENA_ARRAY(tx_op(tx)->arena, all.count, struct integration), 0 };
    for (size_t i = 0; i < all.count; i++) {
        if (all.items[i].kind != INTEGRATION_HEARTBEAT) continue;
        struct integration *g = &out->items[out->count++];
        *g = all.items[i];
        g->key = "";
        g->secret = NULL;
    }
    return true;
}

bool heartbeat_list(struct op *op, struct integration_list *out, struct error *err) {
    return permission_check(op, PERM_READ, err) && store_read(op, list_tx, out, err);
}
