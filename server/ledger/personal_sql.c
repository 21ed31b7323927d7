/* Messages to one person: see personal.h. */
#include "ledger/personal.h"

#include "base/arena.h"
#include "base/json.h"
#include "base/str.h"
#include "ledger/ledger.h"

#include <string.h>

#define PORTAL "portal"

SQL(SQL_PERSONAL_DESTINATION, "tt", "i",
    "SELECT id FROM destination WHERE name = ?1 AND connector = ?2 AND enabled = 1");
SQL(SQL_OUTBOX_FATE, "i", "tTI", "SELECT state, last_error, finished_at FROM outbox WHERE id = ?1");

static const struct sql *const STATEMENTS[] = { &SQL_PERSONAL_DESTINATION, &SQL_OUTBOX_FATE };
const struct sql_list PERSONAL_STATEMENTS = { "personal", STATEMENTS, sizeof STATEMENTS / sizeof *STATEMENTS };

/* As the settings name their destinations (connect/settings_fields.c). */
static const struct {
    const char *name, *destination, *connector;
} WAYS[PERSONAL_KIND_COUNT] = {
    [PERSONAL_SLACK] = { "slack", "slack", "slack" },
    [PERSONAL_SMS] = { "sms", "sms", "gateway" },
    [PERSONAL_PHONE] = { "phone", "voice", "gateway" },
    [PERSONAL_EMAIL] = { "email", "mail", "mail" },
};

const char *personal_kind_name(enum personal_kind kind) {
    return WAYS[kind].name;
}

bool personal_kind_parse(const char *name, enum personal_kind *out) {
    for (size_t i = 0; i < PERSONAL_KIND_COUNT; i++) {
        if (!str_eq(WAYS[i].name, name)) continue;
        *out = (enum personal_kind)i;
        return true;
    }
    return false;
}

static bool find_destination(struct tx *tx, enum personal_kind kind, int64_t *id, struct error *err) {
    struct rows row;
    bool found;
    if (!tx_query_one(tx, &SQL_PERSONAL_DESTINATION, ARGS(TXT(WAYS[kind].destination), TXT(WAYS[kind].connector)), &row,
                      &found, err))
        return false;
    *id = found ? rows_i64(&row, 0) : 0;
    return true;
}

bool personal_connected(struct tx *tx, enum personal_kind kind, bool *out, struct error *err) {
    int64_t id;
    if (!find_destination(tx, kind, &id, err)) return false;
    *out = id != 0;
    return true;
}

static const char *first_line(struct arena *arena, const char *text) {
    return arena_strn(arena, text, strcspn(text, "\n"));
}

bool outbox_personal(struct tx *tx, const struct personal *message, int64_t *row_id, struct error *err) {
    struct arena *arena = tx_op(tx)->arena;
    int64_t destination;
    if (row_id != NULL) *row_id = 0;
    if (!find_destination(tx, message->kind, &destination, err)) return false;
    if (destination == 0) return true;
    json_t *payload = json_obj(arena);
    const char *text =
        message->link == NULL ? message->text : arena_printf(arena, "%s\n%s", message->text, message->link);
    json_put_text(payload, message->kind == PERSONAL_SLACK ? "channel" : "to", message->address);
    json_put_text(payload, "text", text);
    json_put_text(payload, "subject", message->subject != NULL ? message->subject : first_line(arena, message->text));
    if (message->lang != NULL) json_put_text(payload, "lang", message->lang);
    if (message->incident != NULL) json_put_text(payload, "incident", message->incident);
    if (message->link != NULL) json_put_text(payload, "link", message->link);
    const struct outbox_message row = { message->topic, message->order_key, message->severity, payload };
    return outbox_send(tx, destination, &row, tx_op(tx)->now_ms, row_id, err);
}

bool outbox_fate(struct tx *tx, int64_t row_id, struct outbox_fate *out, struct error *err) {
    struct rows row;
    bool found;
    *out = (struct outbox_fate){ 0 };
    if (!tx_query_one(tx, &SQL_OUTBOX_FATE, ARGS(I64(row_id)), &row, &found, err)) return false;
    if (found) *out = (struct outbox_fate){ rows_text(&row, 0), rows_text(&row, 1), rows_i64(&row, 2) };
    return true;
}

/* --- where the portal is --- */

static bool put_in_tx(struct tx *tx, void *arg, struct error *err) {
    const char *url = arg, *before;
    if (!portal_find(tx, &before, err)) return false;
    if (str_eq(before, url)) return true; /* every start says it again */
    json_t *value = json_obj(tx_op(tx)->arena);
    json_put_text(value, "url", url);
    return setting_put(tx, PORTAL, json_dump(tx_op(tx)->arena, value), err);
}

bool portal_put(struct op *op, const char *url, struct error *err) {
    return store_write(op, put_in_tx, arena_str(op->arena, url), err);
}

bool portal_find(struct tx *tx, const char **url, struct error *err) {
    const char *text;
    json_t *value;
    *url = "";
    if (!setting_get(tx, PORTAL, &text, err)) return false;
    if (text == NULL) return true;
    if (!json_parse(tx_op(tx)->arena, text, strlen(text), &value, err)) return false;
    if (json_text(value, "url") != NULL) *url = json_text(value, "url");
    return true;
}
