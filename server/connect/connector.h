/* Connectors: how a message reaches somebody else's server. The worker calls deliver outside of any transaction and
 * then records the outcome; a connector keeps nothing in memory between calls.
 *
 * Deliveries happen at least once: a peer that offers it gets delivery->id as idempotency key, the same on retries. */
#ifndef BONGSU_CONNECT_CONNECTOR_H
#define BONGSU_CONNECT_CONNECTOR_H

#include "net/http_client.h"
#include "store/db.h"

#include <jansson.h>

struct delivery {
    int64_t id, destination_id, created_at, attempts; /* attempts made before this one */
    const char *topic, *order_key, *severity; /* severity may be NULL */
    const json_t *payload; /* as given to outbox_publish: at least {"text": …} */
    const char *destination; /* its name */
    const json_t *config;
    const char *secret; /* may be NULL */
};

enum outcome_kind {
    OUTCOME_SENT,
    OUTCOME_RETRY, /* timeouts, 5xx: again after a pause, for a day */
    OUTCOME_SLOW_DOWN, /* 429: the whole destination waits */
    OUTCOME_REFUSED, /* this message will never be accepted */
    OUTCOME_UNAUTHORIZED, /* 401, 403: so will no other until someone mends the destination */
    OUTCOME_GONE, /* 410: the destination is switched off */
};
struct outcome {
    enum outcome_kind kind;
    int64_t retry_after_ms; /* -1: not said */
    char reason[200]; /* for people; no secrets */
    const char *result; /* what the peer gave back (an issue key, a message's timestamp), for settled; may be NULL */
};

struct connector {
    const char *name;
    bool needs_secret;
    /* Checks a destination's config as typed in: op_field_error for each wrong field ("config.url"). */
    void (*check)(struct op *op, const json_t *config, const char *secret);
    void (*deliver)(struct op *op, const struct delivery *delivery, struct outcome *out);
    /* Inside the transaction that records the outcome as final (sent, refused, given up): stores what the delivery
     * gave, adds to a timeline. May be NULL. Failing makes the delivery count as retried. */
    bool (*settled)(struct tx *tx, const struct delivery *delivery, const struct outcome *outcome, struct error *err);
};

extern const struct connector CONNECTOR_LOG;
extern const struct connector CONNECTOR_WEBHOOK;
extern const struct connector CONNECTOR_SLACK;
extern const struct connector CONNECTOR_JIRA;
extern const struct connector CONNECTOR_GATEWAY;
extern const struct connector CONNECTOR_CHAT;
extern const struct connector CONNECTOR_MAIL;
extern const struct connector *const CONNECTORS[]; /* all, NULL-terminated (connectors.c) */
const struct connector *connector_find(const struct connector *const *list, const char *name);

/* The retry table of all HTTP connectors: what an answer, or net_send's failure, means. */
void outcome_of_reply(const struct op *op, const struct net_reply *reply, struct outcome *out);
void outcome_of_error(const struct error *err, struct outcome *out);
/* One call and its outcome; *reply may be looked at when true (an answer came). */
bool outcome_of_call(struct op *op, const struct net_request *request, struct net_reply *reply, struct outcome *out);

#endif
