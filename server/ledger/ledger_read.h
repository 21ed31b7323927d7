/* What administrators see of the ledger: who did what, and which messages wait, went or failed. */
#ifndef BONGSU_LEDGER_LEDGER_READ_H
#define BONGSU_LEDGER_LEDGER_READ_H

#include "store/db.h"

enum { LEDGER_PAGE_MAX = 200 };

/* --- audit log, newest first --- */
struct audit_filter {
    const char *subject; /* NULL: any. "incident/INC-2026-0001" */
    const char *actor; /* login */
    const char *action; /* "incident.declared" */
    int64_t before_id; /* entries older than this one; 0: from the newest */
    int limit; /* 1..LEDGER_PAGE_MAX */
};
struct audit_entry {
    int64_t id, at, actor_id; /* actor_id 0: not a person */
    const char *actor_kind, *actor_login;
    const char *remote, *request_id; /* may be NULL */
    const char *action, *subject;
    const char *detail; /* JSON object */
};
struct audit_page {
    struct audit_entry *list;
    size_t count;
    bool more; /* the next page: before_id = the last entry's id */
};
/* ERR_INVALID with field subject, actor or action for a filter that no entry has. */
bool audit_list(struct tx *tx, const struct audit_filter *filter, struct audit_page *out, struct error *err) NODISCARD;

/* --- outbox, newest first --- */
struct outbox_filter {
    const char *state; /* "ready", "sent", "dead" */
    int64_t destination_id; /* 0: any */
    int64_t before_id;
    int limit;
};
struct outbox_row {
    int64_t id, destination_id, attempts, due_at, lease_until, created_at, finished_at; /* finished_at 0: not yet */
    const char *topic, *destination, *connector, *order_key, *state, *payload;
    const char *severity, *last_error; /* may be NULL */
};
struct outbox_page {
    struct outbox_row *list;
    size_t count;
    bool more;
};
bool outbox_list(struct tx *tx, const struct outbox_filter *filter, struct outbox_page *out,
                 struct error *err) NODISCARD;

/* Whatever its state. ERR_NOT_FOUND `outbox.unknown`. */
bool outbox_get(struct tx *tx, int64_t id, struct outbox_row *out, struct error *err) NODISCARD;

struct outbox_counts {
    int64_t ready, late, dead; /* late: ready, due for more than a minute */
};
bool outbox_count(struct tx *tx, struct outbox_counts *out, struct error *err) NODISCARD;

/* For figures: by connector, what waits, how late the oldest is, what failed. */
enum { OUTBOX_CHANNELS_MAX = 20 };
struct outbox_channel {
    const char *connector;
    int64_t ready, late_ms, dead;
};
struct outbox_channels {
    struct outbox_channel list[OUTBOX_CHANNELS_MAX];
    size_t count;
};
bool outbox_channels(struct tx *tx, struct outbox_channels *out, struct error *err) NODISCARD;

/* Administrators only; audited. ERR_NOT_FOUND `outbox.unknown` unless the row is dead (retry) or not sent
 * (discard). A discarded row is dead for good, no list of failed ones shows it; last_error says who did it and why. */
bool outbox_retry(struct op *op, int64_t id, struct error *err) NODISCARD;
bool outbox_discard(struct op *op, int64_t id, const char *reason, struct error *err) NODISCARD;

#endif
