/* Alerts: what monitoring systems tell us, and what becomes of it (R-E1).
 *
 * A source module turns a request into a batch of events; alert_ingest stores them in one transaction: one open alert
 * per integration and fingerprint, grouped by service and window, declared, attached or only recorded as the
 * integration's rules say. Everything well-formed is stored even if its neighbour in the request is not. Events may
 * come in any order and any number of times; pages follow only a change to firing of something new. */
#ifndef BONGSU_ALERT_ALERT_H
#define BONGSU_ALERT_ALERT_H

#include "alert/integration.h"

#include <jansson.h>

enum alert_state { ALERT_FIRING, ALERT_ACKNOWLEDGED, ALERT_RESOLVED, ALERT_STATE_COUNT };
const char *alert_state_name(enum alert_state state);

/* One event of a request. Texts are cut to what the columns hold before they come here. */
struct alert_event {
    enum alert_state state;
    const char *fingerprint; /* identity within the integration, at most 255 bytes */
    const char *title, *description, *link; /* link http(s) or NULL */
    const char *severity; /* as the sender says: "critical"; NULL if it says nothing */
    const char *service; /* label naming the service, or NULL */
    const char *group; /* what belongs together; NULL: the fingerprint */
    json_t *labels; /* object of texts */
    int64_t starts_at; /* 0: now */
    int64_t ends_at; /* of a resolved one; 0: now */
    bool test; /* a test button: recorded, never pages */
};

/* What became of one event, for whoever tries a message out. */
struct alert_verdict {
    const char *result; /* opened, repeated, resolved, acknowledged, stale */
    int rule; /* of the integration, from 0; -1: none matched */
    const char *outcome; /* declared, attached, recorded, ignored, maintenance; NULL unless opened */
    const char *severity, *service; /* as they were placed; NULL for none */
    const char *incident_ref; /* of an incident that was there before; NULL for none */
};

struct alert_batch {
    struct alert_event *events;
    size_t count;
    size_t malformed; /* alerts of the request that could not be read */
    const char *trouble; /* where and why the first of them could not: "alerts[3].labels"; NULL if all could */
    int64_t hidden; /* alerts of the group that the sender left out */
    const char *resolved_group; /* resolve every open alert of this group: a shortened message that is over; or NULL */
    struct alert_verdict *verdicts; /* one for each event, to be filled; NULL: nobody asks */
};

struct alert_result {
    int64_t opened, repeated, resolved, acknowledged,
        stale; /* stale: resolved or firing news older than what we know */
    int64_t declared, attached;
};
/* As the sender, whoever op's actor is; leaves a receipt. */
bool alert_ingest(struct op *op, const struct integration *integration, const struct alert_batch *batch,
                  struct alert_result *out, struct error *err) NODISCARD;
/* The same to the last step, and then nothing of it is kept: batch->verdicts say what would happen. PERM_ADMIN. */
bool alert_try(struct op *op, const struct integration *integration, const struct alert_batch *batch,
               struct error *err) NODISCARD;
/* The same inside a transaction (heartbeats). */
bool alert_ingest_tx(struct tx *tx, const struct integration *integration, const struct alert_batch *batch,
                     struct alert_result *out, struct error *err) NODISCARD;

struct alert {
    int64_t id, integration_id;
    const char *name; /* of its rule at the sender: label alertname, else the title */
    const char *fingerprint;
    enum alert_state state;
    const char *title, *description, *severity, *labels, *link, *group_hash, *outcome;
    int64_t service_id, incident_id;
    const char *incident_ref; /* NULL without */
    int64_t starts_at, first_seen_at, last_seen_at, resolved_at, occurrences;
    const char *class, *class_by;
    int64_t class_at, version;
    int64_t hidden; /* others of its group that the sender left out of its last message */
    const char *source, *service_key, *service_name; /* the integration's name; NULL for no service */
    const char *incident_state; /* NULL without one */
};

struct alert_query {
    const char *state; /* NULL: all; "open": firing or acknowledged */
    const char *incident_ref;
    const char *class; /* "none": not classed yet */
    const char *service; /* key */
    const char *name, *group, *fingerprint; /* group: its hash */
    int64_t integration_id; /* 0: all */
    int64_t before_id; /* 0: newest */
    int64_t limit;
};
struct alert_list {
    struct alert *items; /* newest first */
    size_t count;
    bool more;
};
bool alert_list(struct op *op, const struct alert_query *query, struct alert_list *out, struct error *err) NODISCARD;
bool alert_list_tx(struct tx *tx, const struct alert_query *query, struct alert_list *out, struct error *err) NODISCARD;
bool alert_find(struct op *op, int64_t id, struct alert *out, struct error *err) NODISCARD;

/* --- what people do with one; PERM_RESPOND --- */

/* Puts it to that incident, from another one if need be; both timelines say so. ERR_CONFLICT `alert.merged` if that one
 * was merged into another. */
bool alert_attach(struct op *op, int64_t id, const char *ref, struct alert *out, struct error *err) NODISCARD;
/* A new incident of it, which began with the alert. Members NULL: as the alert says. ERR_CONFLICT `alert.has_incident`
 * while its incident is under way. */
struct alert_declaration {
    const char *title, *severity, *service;
};
bool alert_declare(struct op *op, int64_t id, const struct alert_declaration *declaration, struct alert *out,
                   struct error *err) NODISCARD;
/* class: acted, flapped, threshold, duplicate, obsolete (R-E4). */
extern const char *const ALERT_CLASSES[]; /* ended by NULL */
bool alert_classify(struct op *op, int64_t id, const char *class, struct alert *out, struct error *err) NODISCARD;
json_t *alert_json(struct op *op, const struct alert *alert);

/* Accuracy: acted on, of those classed; percent -1 without any (R-E4). */
struct alert_accuracy {
    int64_t total, classed, acted;
    int64_t percent;
};
bool alert_accuracy(struct op *op, int64_t from, int64_t until, struct alert_accuracy *out,
                    struct error *err) NODISCARD;
bool alert_accuracy_tx(struct tx *tx, int64_t from, int64_t until, struct alert_accuracy *out,
                       struct error *err) NODISCARD; /* inside the caller's transaction */

#endif
