/* The desk: takes calls from Slack and has them worked on by threads of its own, so that an answer goes out within
 * Slack's three seconds whatever the database does. What takes longer is told later, to the call's response_url. */
#ifndef BONGSU_CONNECT_SLACK_DESK_H
#define BONGSU_CONNECT_SLACK_DESK_H

#include "connect/slack_request.h"
#include "store/db.h"

#include <jansson.h>

struct clock;
struct slack_desk;

enum { SLACK_DESK_THREADS = 4, SLACK_DESK_WAITING_MAX = 200, SLACK_ANSWER_MS = 2000 };

struct slack_desk_options {
    struct store *store;
    struct clock *clock;
    const char *portal; /* our address; outlives the desk */
};
bool slack_desk_start(const struct slack_desk_options *options, struct slack_desk **out, struct error *err) NODISCARD;
void slack_desk_stop(struct slack_desk *desk); /* finishes what was taken; NULL is fine */

/* The settings, from memory unless they changed: a database that does not answer delays nobody. In the op's arena. */
bool slack_desk_settings(struct slack_desk *desk, struct op *op, const json_t **out, struct error *err) NODISCARD;

/* *answer: the answer, or NULL when it will be told later. False: ERR_BUSY, too much is waiting. */
bool slack_desk_call(struct slack_desk *desk, struct op *op, const struct slack_call *call, const char **answer,
                     struct error *err) NODISCARD;

#endif
