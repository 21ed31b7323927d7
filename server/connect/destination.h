/* Destinations: where outbox messages go. Administrators set them up; changes are audited, secrets are written and
 * never read back, and are kept sealed (base/seal.h). */
#ifndef BONGSU_CONNECT_DESTINATION_H
#define BONGSU_CONNECT_DESTINATION_H

#include "store/db.h"

#include <jansson.h>

enum { DESTINATIONS_MAX = 200 };

struct destination {
    int64_t id, version, blocked_until, created_at, updated_at; /* blocked_until: 0 or an instant; see blocked_reason */
    const char *name, *connector;
    const json_t *topics; /* array of texts: "incident.declared", "incident.*", "*" */
    const json_t *severities; /* array of codes; NULL: all */
    const json_t *config; /* object */
    bool has_secret, enabled;
    const char *blocked_reason; /* may be NULL */
};
struct destination_list {
    struct destination *list;
    size_t count;
};
bool destination_list(struct tx *tx, struct destination_list *out, struct error *err) NODISCARD;
/* ERR_NOT_FOUND `destination.unknown`. */
bool destination_get(struct tx *tx, int64_t id, struct destination *out, struct error *err) NODISCARD;

/* What an administrator types in. Wrong fields: name, connector, topics, severities, config.…, secret. */
struct destination_input {
    const char *name, *connector;
    const json_t *topics, *severities, *config;
    const char *secret; /* NULL keeps the one there is */
    bool enabled;
    int64_t version; /* of what was read; only for updates: ERR_STALE `destination.stale` */
};
/* ERR_CONFLICT `destination.name_taken`. *id may be NULL. An update lifts a block: somebody mended it. */
bool destination_create(struct op *op, const struct destination_input *input, int64_t *id, struct error *err) NODISCARD;
bool destination_update(struct op *op, int64_t id, const struct destination_input *input, struct error *err) NODISCARD;
bool destination_enable(struct op *op, int64_t id, bool enabled, struct error *err) NODISCARD;
/* Inside the caller's transaction, by name, whatever was there before: how the settings of Slack, Jira, mail and SMS
 * keep their destination. Not enabled: switches off the one there is and changes nothing else. */
bool destination_put(struct tx *tx, const struct destination_input *input, struct error *err) NODISCARD;
/* With everything that still waits for it or failed: *discarded of them, told by the audit log. ERR_CONFLICT
 * `destination.kept`: the settings of a connection keep it. ERR_STALE `destination.stale`. */
bool destination_delete(struct op *op, int64_t id, int64_t version, int64_t *discarded, struct error *err) NODISCARD;
/* "slack", "jira", "smtp", "sms": whose settings keep this destination; NULL: nobody's. */
const char *destination_settings(const struct destination *destination);
/* Queues a test message; *row_id is its outbox row. */
bool destination_test(struct op *op, int64_t id, int64_t *row_id, struct error *err) NODISCARD;

extern const struct sql_list DESTINATION_STATEMENTS;

#endif
