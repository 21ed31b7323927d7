/* Settings of what Bongsu is connected to: slack, jira, smtp, sms, status. One JSON object each (ledger's setting
 * "connect.NAME"). Secrets are sealed in it, written and never read back: people see {"set": true}.
 *
 * Saving one also keeps the destination of that name in step (destination.h), in the same transaction. */
#ifndef BONGSU_CONNECT_SETTINGS_H
#define BONGSU_CONNECT_SETTINGS_H

#include "store/db.h"

#include <jansson.h>

/* Woken after every change. */
#define SETTINGS_TOPIC "connect.settings"

/* With plain secrets, for those who use them; an empty object if it was never set. */
bool connect_settings_read(struct tx *tx, const char *name, const json_t **out, struct error *err) NODISCARD;
bool connect_settings_load(struct op *op, const char *name, const json_t **out, struct error *err) NODISCARD;

struct connect_setting {
    json_t *shown; /* as people see it */
    int64_t version; /* grows with every change; 1: never set */
};
/* PERM_ADMIN. ERR_NOT_FOUND `settings.unknown`. */
bool connect_settings_show(struct op *op, const char *name, struct connect_setting *out, struct error *err) NODISCARD;

struct connect_setting_edit {
    const json_t *body; /* replaces everything but secrets it does not name; null and "" clear one */
    const char *portal; /* our address, for links */
    int64_t version; /* that was looked at; 0: whatever it is now. Another: ERR_STALE `settings.stale` */
};
/* Wrong fields are named as in the body. *out: as it is then. */
bool connect_settings_save(struct op *op, const char *name, const struct connect_setting_edit *edit,
                           struct connect_setting *out, struct error *err) NODISCARD;

#endif
