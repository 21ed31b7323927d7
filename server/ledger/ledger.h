/* Ledger: what every write leaves behind, in the same transaction as the fact itself (architecture D6, D7):
 * the audit row, one outbox row per subscribed destination, and due rows for everything that must happen later.
 * All functions run inside the caller's transaction. The worker (server/work) is the only reader of outbox and
 * due rows. */
#ifndef BONGSU_LEDGER_LEDGER_H
#define BONGSU_LEDGER_LEDGER_H

#include "store/db.h"

#include <jansson.h>

/* Who (tx_op's actor), what, on which subject, with which details. Never secrets.
 * action: "incident.declared"; subject: "incident/INC-2026-0001", "user/kim"; detail may be NULL. */
bool audit_add(struct tx *tx, const char *action, const char *subject, const json_t *detail,
               struct error *err) NODISCARD;

/* A message for the outside. One outbox row is written per enabled destination that takes the topic.
 * topic: "incident.declared", "incident.updated" …; order_key: deliveries with the same key to the same
 * destination keep their order ("incident/ID"); payload: what connectors need to build their text: at least
 * {"text": …} ready to send in the organisation's language. */
struct outbox_message {
    const char *topic;
    const char *order_key;
    const char *severity; /* code, for channel by severity; may be NULL */
    const json_t *payload;
};
bool outbox_publish(struct tx *tx, const struct outbox_message *message, struct error *err) NODISCARD;

/* Whether any destination takes it, before a text is composed for nobody. */
bool outbox_wanted(struct tx *tx, const char *topic, const char *severity, bool *wanted, struct error *err) NODISCARD;

/* As outbox_publish, to one destination by its id, due at a given time (pages, test messages). *row_id may be NULL. */
bool outbox_send(struct tx *tx, int64_t destination_id, const struct outbox_message *message, int64_t due_ms,
                 int64_t *row_id, struct error *err) NODISCARD;

/* A due time is a row. (kind, subject_id, variant) is unique: setting it again moves it. When it falls due the
 * worker calls the handler registered for the kind (work/due_handlers.c) inside one transaction that also
 * removes the row, so each fires exactly once; the handler may set it again. variant: "" or e.g. a clock's kind. */
struct due {
    const char *kind; /* "incident.clock", "escalation.step" … */
    int64_t subject_id;
    const char *variant;
    int64_t due_ms;
    const char *payload; /* JSON or NULL */
};
bool due_set(struct tx *tx, const struct due *due, struct error *err) NODISCARD;
bool due_cancel(struct tx *tx, const char *kind, int64_t subject_id, const char *variant, struct error *err) NODISCARD;
bool due_cancel_all(struct tx *tx, const char *kind, int64_t subject_id, struct error *err) NODISCARD;
/* What a handler looks like. due->due_ms is when it was due; tx_op(tx)->now_ms is now. */
typedef bool (*due_handler)(struct tx *tx, const struct due *due, struct error *err);

/* Next number of a named series, from 1, without holes among committed ones ("incident/2026" → 42). */
bool counter_next(struct tx *tx, const char *name, int64_t *out, struct error *err) NODISCARD;

/* Small named settings of the organisation, JSON text each ("organisation", "slack" …). NULL if never set. */
bool setting_get(struct tx *tx, const char *name, const char **json, struct error *err) NODISCARD;
/* As setting_get, with how often it was set: 0 for never. */
bool setting_get_version(struct tx *tx, const char *name, const char **json, int64_t *version,
                         struct error *err) NODISCARD;
bool setting_put(struct tx *tx, const char *name, const char *json, struct error *err) NODISCARD;

#endif
