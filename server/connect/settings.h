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

/* As people see it. PERM_ADMIN. ERR_NOT_FOUND `settings.unknown`. */
bool connect_settings_show(struct op *op, const char *name, json_t **out, struct error *err) NODISCARD;
/* body replaces everything but secrets it does not name; null and "" clear one. portal: our address, for links.
 * Wrong fields are named as in the body. *out as people see it. */
bool connect_settings_save(struct op *op, const char *name, const json_t *body, const char *portal, json_t **out,
                           struct error *err) NODISCARD;

#endif
