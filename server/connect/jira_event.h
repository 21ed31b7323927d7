/* Jira tells us what became of an issue: its state is the action item's state. */
#ifndef BONGSU_CONNECT_JIRA_EVENT_H
#define BONGSU_CONNECT_JIRA_EVENT_H

#include "store/db.h"

#include <jansson.h>

/* "sha256=" + hex HMAC-SHA256 of the raw body. */
bool jira_proven(struct arena *arena, const char *secret, const char *signature, const char *body, size_t len);

/* An issue was made of an action item. */
bool jira_linked(struct tx *tx, int64_t action_id, const char *issue_id, const char *key, struct error *err) NODISCARD;

/* Applies an event once (identifier: the sender's name for it, NULL if none). *applied tells whether anything changed;
 * events of others' issues, of ourselves (`account` of the settings) and older than what we know change nothing. */
bool jira_event(struct op *op, const json_t *settings, const char *identifier, const json_t *event, bool *applied,
                struct error *err) NODISCARD;

extern const struct sql_list JIRA_STATEMENTS;

#endif
