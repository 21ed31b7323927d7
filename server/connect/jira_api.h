/* Jira's REST API in both dialects: Cloud speaks v3, Server and Data Center v2. */
#ifndef BONGSU_CONNECT_JIRA_API_H
#define BONGSU_CONNECT_JIRA_API_H

#include "connect/connector.h"

bool jira_is_cloud(const struct delivery *delivery);

/* One call; path begins behind /rest/api/N; body NULL for GET. True when Jira did it: *answer is what it said, NULL if
 * nothing. Otherwise *out tells what to do, with Jira's own complaint as the reason; *status is 0 if none came. */
bool jira_api(struct op *op, const struct delivery *delivery, const char *path, const json_t *body,
              const json_t **answer, int *status, struct outcome *out);

/* Everything of ours that changed of late, page by page; the result is told by jira_poll_settled. */
void jira_poll(struct op *op, const struct delivery *delivery, struct outcome *out);
bool jira_poll_settled(struct tx *tx, const struct delivery *delivery, const struct outcome *outcome,
                       struct error *err) NODISCARD;

/* Brings the issue of an action item into the item's state of now. */
void jira_move(struct op *op, const struct delivery *delivery, struct outcome *out);
bool jira_move_settled(struct tx *tx, const struct delivery *delivery, const struct outcome *outcome,
                       struct error *err) NODISCARD;

#endif
