/* The table of connectors, and what answers mean. */
#include "connect/connector.h"

#include "base/str.h"
#include "net/retry.h"

#include <stdio.h>

/* A new connector adds a row. */
const struct connector *const CONNECTORS[] = { &CONNECTOR_LOG,     &CONNECTOR_WEBHOOK,
                                               &CONNECTOR_SLACK,   &CONNECTOR_JIRA,
                                               &CONNECTOR_GATEWAY, &CONNECTOR_CHAT,
                                               &CONNECTOR_MAIL,    NULL };

const struct connector *connector_find(const struct connector *const *list, const char *name) {
    for (; *list != NULL; list++) {
        if (str_eq((*list)->name, name)) return *list;
    }
    return NULL;
}

static enum outcome_kind kind_of(int status) {
    switch (status) {
    case 401:
    case 403: return OUTCOME_UNAUTHORIZED;
    case 410: return OUTCOME_GONE;
    case 429: return OUTCOME_SLOW_DOWN;
    case 408:
    case 425:
    case 500:
    case 502:
    case 503:
    case 504: return OUTCOME_RETRY;
    default: return status >= 200 && status < 300 ? OUTCOME_SENT : OUTCOME_REFUSED;
    }
}

void outcome_of_reply(const struct op *op, const struct net_reply *reply, struct outcome *out) {
    *out = (struct outcome){ .kind = kind_of(reply->status),
                             .retry_after_ms = retry_after_ms(reply->retry_after, op->now_ms) };
    if (out->kind != OUTCOME_SENT) snprintf(out->reason, sizeof out->reason, "HTTP %d", reply->status);
}

void outcome_of_error(const struct error *err, struct outcome *out) {
    *out =
        (struct outcome){ .kind = err->kind == ERR_UPSTREAM ? OUTCOME_RETRY : OUTCOME_REFUSED, .retry_after_ms = -1 };
    snprintf(out->reason, sizeof out->reason, "%s: %.150s", err->code, err->detail);
}

bool outcome_of_call(struct op *op, const struct net_request *request, struct net_reply *reply, struct outcome *out) {
    struct error err;
    if (!net_send(op->arena, request, reply, &err)) {
        outcome_of_error(&err, out);
        return false;
    }
    outcome_of_reply(op, reply, out);
    return true;
}
