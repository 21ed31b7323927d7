/* Slack's Web API with a bot token. It answers 200 even when it refuses: `ok` counts. */
#ifndef BONGSU_CONNECT_SLACK_API_H
#define BONGSU_CONNECT_SLACK_API_H

#include "connect/connector.h"

enum { SLACK_API_MS = 10000 };

struct slack_line {
    const char *base; /* NULL: slack.com */
    const char *token;
    int timeout_ms; /* 0: SLACK_API_MS */
};
/* True when Slack did it; *answer is then what it said. Otherwise *out tells what to do, its reason is Slack's code,
 * with what was missing or wrong behind a colon. */
bool slack_api(struct op *op, const struct slack_line *line, const char *method, const json_t *body,
               const json_t **answer, struct outcome *out);
/* The same for methods that only read, which take no JSON: query is "?…", percent-encoded. */
bool slack_api_read(struct op *op, const struct slack_line *line, const char *method_and_query, const json_t **answer,
                    struct outcome *out);

bool slack_is_token(const char *secret); /* xoxb-…; otherwise it is a webhook's address */

#endif
