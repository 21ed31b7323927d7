/* Asking Jira: the second way back, for those whose Jira cannot reach us. */
#ifndef BONGSU_CONNECT_JIRA_POLL_H
#define BONGSU_CONNECT_JIRA_POLL_H

#include "ledger/ledger.h"

#include <jansson.h>

#define JIRA_POLL_DUE "jira.poll"
#define JIRA_POLL_TOPIC "jira.poll"

/* Queues a question to Jira and sets the next one, as the settings say; one at a time, and none that waits for
 * somebody to mend the connection. */
bool jira_poll_due(struct tx *tx, const struct due *due, struct error *err) NODISCARD;
/* The settings were saved. */
bool jira_poll_plan(struct tx *tx, const json_t *settings, struct error *err) NODISCARD;

extern const struct sql_list JIRA_POLL_STATEMENTS;

#endif
