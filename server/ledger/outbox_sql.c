/* Outbox: one row per destination, written with the fact it tells. See ledger.h. The worker (work/) sends them. */
#include "ledger/ledger.h"
#include "ledger/ledger_sql.h"

#include "base/arena.h"
#include "base/id.h"
#include "base/json.h"
#include "base/str.h"

#include <string.h>

enum { DESTINATIONS_MAX = 200, HOUR_MS = 3600 * 1000, GIVE_UP_MS = 24 * HOUR_MS, GIVE_UP_PAGE_MS = HOUR_MS };

SQL(SQL_OUTBOX_INSERT,
    "ititTtii"
    "i",
    "",
    "INSERT INTO outbox (id, topic, destination_id, order_key, severity, payload, state, attempts, due_at, "
    "lease_until, "
    "created_at, give_up_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, 'ready', 0, ?7, 0, ?8, ?9)");
SQL(SQL_OUTBOX_DESTINATIONS, "i", "itTt",
    "SELECT id, topics, severities, config FROM destination WHERE enabled = 1 ORDER BY id LIMIT ?1");

static const struct sql *const STATEMENTS[] = { &SQL_OUTBOX_INSERT, &SQL_OUTBOX_DESTINATIONS };
const struct sql_list OUTBOX_STATEMENTS = { "outbox", STATEMENTS, sizeof STATEMENTS / sizeof *STATEMENTS };

static bool insert(struct tx *tx, int64_t destination_id, const struct outbox_message *message, int64_t due_ms,
                   int64_t *row_id, struct error *err) {
    const struct op *op = tx_op(tx);
    int64_t id = id_new(op->now_ms);
    int64_t from = due_ms > op->now_ms ? due_ms : op->now_ms;
    /* a page that cannot be delivered is escalated by the next channel; waiting a day would help nobody */
    int64_t give_up = from + (str_starts(message->topic, "page.") ? GIVE_UP_PAGE_MS : GIVE_UP_MS);
    if (!tx_exec(tx, &SQL_OUTBOX_INSERT,
                 ARGS(I64(id), TXT(message->topic), I64(destination_id), TXT(message->order_key),
                      OPT_TXT(message->severity), TXT(json_dump(op->arena, message->payload)), I64(due_ms),
                      I64(op->now_ms), I64(give_up)),
                 NULL, err)) {
        return false;
    }
    if (row_id != NULL) *row_id = id;
    tx_on_commit(tx, "outbox");
    return true;
}

bool outbox_send(struct tx *tx, int64_t destination_id, const struct outbox_message *message, int64_t due_ms,
                 int64_t *row_id, struct error *err) {
    return insert(tx, destination_id, message, due_ms, row_id, err);
}

/* "incident.declared" is taken by "incident.declared", "incident.*" and "*". */
static bool topic_matches(const char *pattern, const char *topic) {
    size_t len = strlen(pattern);
    if (len > 0 && pattern[len - 1] == '*') return strncmp(pattern, topic, len - 1) == 0;
    return strcmp(pattern, topic) == 0;
}

/* list: JSON array of texts. */
static bool listed(struct arena *arena, const char *list, const char *word,
                   bool (*matches)(const char *, const char *)) {
    struct error ignored;
    json_t *array;
    size_t at;
    const json_t *item;
    if (!json_parse(arena, list, strlen(list), &array, &ignored)) return false;
    json_array_foreach(array, at, item) {
        if (json_is_string(item) && matches(json_string_value(item), word)) return true;
    }
    return false;
}

static bool takes(struct arena *arena, const struct rows *destination, const struct outbox_message *message) {
    const char *severities = rows_text(destination, 2);
    if (!listed(arena, rows_text(destination, 1), message->topic, topic_matches)) return false;
    return severities == NULL || message->severity == NULL || listed(arena, severities, message->severity, str_eq);
}

static void release(void *payload) {
    json_decref(payload);
}

/* A destination that speaks to people one by one (mail, SMS) gets a row for each: one of them failing repeats nobody
 * else's message. */
static bool insert_each(struct tx *tx, int64_t destination_id, const struct outbox_message *message, const json_t *to,
                        struct error *err) {
    const struct op *op = tx_op(tx);
    size_t at;
    const json_t *item;
    json_array_foreach(to, at, item) {
        const char *person = json_string_value(item);
        if (person == NULL) continue;
        json_t *payload = json_deep_copy(message->payload);
        arena_defer(op->arena, release, payload);
        json_put_text(payload, "to", person);
        struct outbox_message one = *message;
        one.payload = payload;
        one.order_key = arena_printf(op->arena, "%s/%s", message->order_key, person);
        if (!insert(tx, destination_id, &one, op->now_ms, NULL, err)) return false;
    }
    return true;
}

static bool insert_for(struct tx *tx, const struct rows *destination, const struct outbox_message *message,
                       struct error *err) {
    const char *text = rows_text(destination, 3);
    struct error ignored;
    json_t *config;
    const json_t *to = NULL;
    if (json_parse(tx_op(tx)->arena, text, strlen(text), &config, &ignored)) to = json_object_get(config, "to");
    if (to != NULL) return insert_each(tx, rows_i64(destination, 0), message, to, err);
    return insert(tx, rows_i64(destination, 0), message, tx_op(tx)->now_ms, NULL, err);
}

bool outbox_wanted(struct tx *tx, const char *topic, const char *severity, bool *wanted, struct error *err) {
    const struct outbox_message message = { .topic = topic, .severity = severity };
    struct rows rows;
    if (!tx_query(tx, &SQL_OUTBOX_DESTINATIONS, ARGS(I64(DESTINATIONS_MAX)), &rows, err)) return false;
    *wanted = false;
    while (!*wanted && rows_next(&rows)) *wanted = takes(tx_op(tx)->arena, &rows, &message);
    return true;
}

bool outbox_publish(struct tx *tx, const struct outbox_message *message, struct error *err) {
    const struct op *op = tx_op(tx);
    struct rows rows;
    if (!tx_query(tx, &SQL_OUTBOX_DESTINATIONS, ARGS(I64(DESTINATIONS_MAX)), &rows, err)) return false;
    while (rows_next(&rows)) {
        if (!takes(op->arena, &rows, message)) continue;
        if (!insert_for(tx, &rows, message, err)) return false;
    }
    return true;
}
