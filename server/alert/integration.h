/* Integrations: the senders we take alerts from. Each has a key in its URL and, if the sender can, a secret. */
#ifndef BONGSU_ALERT_INTEGRATION_H
#define BONGSU_ALERT_INTEGRATION_H

#include "ledger/ledger.h"

#include <jansson.h>

enum integration_kind {
    INTEGRATION_ALERTMANAGER,
    INTEGRATION_GRAFANA,
    INTEGRATION_PAGERDUTY,
    INTEGRATION_GENERIC,
    INTEGRATION_HEARTBEAT,
    INTEGRATION_KIND_COUNT
};
const char *integration_kind_name(enum integration_kind kind);

struct integration {
    int64_t id;
    enum integration_kind kind;
    const char *name, *key;
    const char *secret; /* NULL: none. Never leaves the process */
    int64_t service_id;
    const char *service_key, *service_name; /* NULL: none */
    const char *severity; /* NULL: by the sender's words alone */
    const char *rules; /* JSON, checked when it was saved */
    const char *options; /* JSON, checked when it was saved: alert/options.h */
    int64_t group_minutes;
    int64_t beat_seconds, grace_seconds, beat_at; /* heartbeats: expected every, may be late by, last seen */
    bool enabled;
    int64_t received, refused, version, created_at;
};

/* Members NULL stay as they are; "" clears secret, service and severity. */
struct integration_input {
    const char *kind; /* only when adding */
    const char *name, *secret, *service, *severity;
    const json_t *rules; /* see alert/rule.h */
    const json_t *options; /* see alert/options.h */
    const char *group_minutes, *beat_seconds, *grace_seconds, *enabled;
    bool make_secret; /* when adding: a random one instead of `secret` */
};
struct integration_list {
    struct integration *items; /* by name */
    size_t count;
};
/* PERM_ADMIN */
bool integration_add(struct op *op, const struct integration_input *input, struct integration *out,
                     struct error *err) NODISCARD;
bool integration_update(struct op *op, int64_t id, int64_t expected_version, const struct integration_input *input,
                        struct integration *out, struct error *err) NODISCARD;
/* A new random secret in place of the old one, which counts no more from then on. It stands in out->secret this once.
 */
bool integration_rotate(struct op *op, int64_t id, int64_t expected_version, struct integration *out,
                        struct error *err) NODISCARD;
/* Takes it out of service for good: its key answers 404 from now on; its alerts stay. */
bool integration_remove(struct op *op, int64_t id, struct error *err) NODISCARD;
bool integration_find(struct op *op, int64_t id, struct integration *out, struct error *err) NODISCARD;
bool integration_list(struct op *op, struct integration_list *out, struct error *err) NODISCARD;

/* For hooks: by key and kind; *found false for unknown, removed, switched off or of another kind. No permission needed.
 */
bool integration_by_key(struct op *op, enum integration_kind kind, const char *key, struct integration *out,
                        bool *found, struct error *err) NODISCARD;

/* --- heartbeats (R-E3): a missed beat is an alert; the next beat resolves it --- */

/* A beat arrived; sets the next due time, resolves the missed-beat alert. */
bool integration_beat(struct op *op, const struct integration *integration, struct error *err) NODISCARD;
#define HEARTBEAT_DUE "alert.heartbeat"
bool heartbeat_missed(struct tx *tx, const struct due *due, struct error *err) NODISCARD;
/* The next beat is awaited as the row says now: after it was changed, switched off or on. */
bool heartbeat_follow(struct tx *tx, const struct integration *integration, struct error *err) NODISCARD;

enum heartbeat_state { HEARTBEAT_WAITING, HEARTBEAT_FINE, HEARTBEAT_LATE, HEARTBEAT_MISSED, HEARTBEAT_OFF };
/* waiting: never seen; late: due, but within the grace; missed: the alert is out. */
enum heartbeat_state heartbeat_state_at(const struct integration *integration, int64_t now_ms);
const char *heartbeat_state_name(enum heartbeat_state state);
/* PERM_READ: heartbeats without key and secret, by name. */
bool heartbeat_list(struct op *op, struct integration_list *out, struct error *err) NODISCARD;

/* Where its messages are sent: "/hooks/alertmanager/KEY", "/v2/enqueue", "/ping/KEY". */
const char *integration_path(struct arena *arena, const struct integration *integration);
json_t *integration_json(struct op *op, const struct integration *integration);

#endif
