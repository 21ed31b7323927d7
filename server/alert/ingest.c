/* Ingest: events become alerts, and alerts become, or join, incidents. See alert.h for the promises.
 *
 * Order does not matter: an event older than what an alert already knows is stale and changes nothing but a
 * count. One group has at most one open incident, so a storm of one group declares once. */
#include "alert/alert_internal.h"
#include "service/maintenance.h"

#include "base/arena.h"
#include "base/id.h"
#include "base/json.h"
#include "base/secret.h"
#include "base/str.h"
#include "incident/draft.h"
#include "incident/timeline.h"
#include "policy/policy.h"
#include "text/i18n.h"

#include <string.h>

enum { LABELS_MAX = 16 * 1024, KEY_MAX = 320 };

struct context {
    const struct integration *integration;
    const struct policy *policy;
    const json_t *rules;
    struct alert_result result;
};

static const char *group_hash(struct arena *arena, const struct alert_event *event) {
    const char *group = event->group == NULL ? event->fingerprint : event->group;
    char hash[SECRET_HASH_SIZE];
    secret_sha256(group, strlen(group), hash);
    return arena_str(arena, hash);
}

static const char *open_key(struct arena *arena, const struct context *context, const char *fingerprint) {
    return arena_printf(arena, "%lld|%.255s", (long long)context->integration->id, fingerprint);
}

/* The sender's words as a code of the policy: its own codes, then the usual five words from grave to light. */
static const char *map_severity(const struct context *context, const char *word) {
    static const char *const WORDS[][4] = {
        { "critical", "page", "emergency", "fatal" },
        { "error", "high", "major", NULL },
        { "warning", "warn", "medium", "minor" },
        { "info", "low", "none", "debug" },
    };
    const struct policy *policy = context->policy;
    if (word == NULL) return context->integration->severity;
    for (size_t i = 0; i < policy->severity_count; i++) {
        if (strcasecmp(policy->severities[i].code, word) == 0) return policy->severities[i].code;
    }
    for (size_t rank = 0; rank < sizeof WORDS / sizeof *WORDS; rank++) {
        for (size_t k = 0; k < 4 && WORDS[rank][k] != NULL; k++) {
            if (strcasecmp(WORDS[rank][k], word) != 0) continue;
            if (context->integration->severity != NULL && rank > 0) return context->integration->severity;
            size_t last = policy->severity_count - 1;
            return policy->severities[rank < last ? rank : last].code;
        }
    }
    return context->integration->severity;
}

static const char *gravest_default(const struct context *context) {
    const struct policy *policy = context->policy;
    return policy->severities[policy->severity_count > 1 ? 1 : 0].code;
}

/* --- what an alert does to incidents --- */

static bool write_event(struct tx *tx, int64_t incident_id, const char *key, const struct alert *alert,
                        struct error *err) {
    struct op *op = tx_op(tx);
    struct incident incident;
    if (!incident_by_id(tx, incident_id, &incident, err)) return false;
    json_t *data = json_obj(op->arena);
    json_put_id(data, "alert", alert->id);
    json_put_text(data, "link", alert->link);
    const char *text = i18n_format(i18n_get(incident.lang), op->arena, key, I18N_ARGS({ "title", alert->title }));
    struct event_entry entry = { .kind = EVENT_ALERT, .text = text, .data = data, .phase = -1 };
    return timeline_add(tx, &incident, &entry, err) && incident_save(tx, &incident, err);
}

static bool declare(struct tx *tx, struct context *context, struct alert *alert, const char *service_key,
                    struct error *err) {
    const char *severity = alert->severity == NULL ? gravest_default(context) : alert->severity;
    struct incident_draft draft = { .title = alert->title,
                                    .symptom = alert->description,
                                    .severity = severity,
                                    .service = service_key,
                                    .detection = "monitoring",
                                    .kind = "normal" };
    struct incident incident;
    if (!incident_declare_tx(tx, &draft, &incident, err)) return false;
    alert->incident_id = incident.id;
    alert->incident_ref = incident.ref;
    alert->outcome = "declared";
    context->result.declared++;
    return true;
}

static bool find_incident(struct tx *tx, const struct context *context, const struct alert *alert, int64_t *incident_id,
                          struct error *err) {
    int64_t since = tx_op(tx)->now_ms - context->integration->group_minutes * 60000;
    if (!alert_row_of_group(tx, context->integration->id, alert->group_hash, since, incident_id, err)) return false;
    if (*incident_id != 0 || alert->service_id == 0) return true;
    return open_incident_of_service(tx, alert->service_id, incident_id, err);
}

/* Which service and severity the alert is about: the rule's word, then the sender's, then the integration's. */
static bool place(struct tx *tx, const struct context *context, const struct alert_event *event,
                  const struct rule_verdict *verdict, struct alert *alert, const char **service_key,
                  struct error *err) {
    const struct integration *integration = context->integration;
    const char *key = verdict->service != NULL ? verdict->service : event->service;
    if (key != NULL && !service_id_of_key(tx, key, &alert->service_id, err)) return false;
    if (alert->service_id == 0) {
        alert->service_id = integration->service_id;
        key = integration->service_key;
    }
    *service_key = key;
    alert->severity = map_severity(context, verdict->severity != NULL ? verdict->severity : event->severity);
    return true;
}

/* Decides alert->outcome and incident; the alert's row is written by the caller, before any timeline event. */
static bool decide(struct tx *tx, struct context *context, const struct alert_event *event, struct alert *alert,
                   struct error *err) {
    struct op *op = tx_op(tx);
    struct rule_verdict verdict;
    const char *service_key;
    bool covered;
    int64_t incident_id;
    rules_apply(op->arena, context->rules, event->title, event->labels, event->severity, &verdict);
    if (!place(tx, context, event, &verdict, alert, &service_key, err) ||
        !maintenance_covers(tx, alert->service_id, op->now_ms, &covered, err)) {
        return false;
    }
    alert->outcome = verdict.action == RULE_IGNORE ? "ignored" : covered ? "maintenance" : "recorded";
    bool quiet = verdict.action == RULE_IGNORE || verdict.action == RULE_RECORD;
    if (covered || event->test || quiet) return true;
    if (!find_incident(tx, context, alert, &incident_id, err)) return false;
    if (incident_id == 0) {
        return verdict.action == RULE_ATTACH || declare(tx, context, alert, service_key, err);
    }
    alert->incident_id = incident_id;
    alert->outcome = "attached";
    context->result.attached++;
    return true;
}

/* --- one event --- */

static bool open_alert(struct tx *tx, struct context *context, const struct alert_event *event, struct error *err) {
    struct op *op = tx_op(tx);
    const char *labels = event->labels == NULL ? "{}" : json_dump(op->arena, event->labels);
    struct alert alert = { .id = id_new(op->now_ms),
                           .integration_id = context->integration->id,
                           .fingerprint = event->fingerprint,
                           .state = ALERT_FIRING,
                           .title = event->title,
                           .description = event->description,
                           .labels = strlen(labels) > LABELS_MAX ? "{}" : labels,
                           .link = event->link,
                           .group_hash = group_hash(op->arena, event),
                           .starts_at = event->starts_at == 0 ? op->now_ms : event->starts_at,
                           .first_seen_at = op->now_ms,
                           .last_seen_at = op->now_ms,
                           .occurrences = 1,
                           .version = 1 };
    if (!decide(tx, context, event, &alert, err)) return false;
    context->result.opened++;
    tx_on_commit(tx, "alerts");
    if (!alert_row_insert(tx, &alert, open_key(op->arena, context, alert.fingerprint), err)) return false;
    return alert.incident_id == 0 || write_event(tx, alert.incident_id, "alert.event.firing", &alert, err);
}

static bool close_alert(struct tx *tx, struct context *context, struct alert *alert, int64_t at, struct error *err) {
    struct op *op = tx_op(tx);
    alert->state = ALERT_RESOLVED;
    alert->resolved_at = at == 0 || at > op->now_ms ? op->now_ms : at;
    alert->last_seen_at = op->now_ms;
    context->result.resolved++;
    tx_on_commit(tx, "alerts");
    return alert_row_update(tx, alert, NULL, err) &&
           (alert->incident_id == 0 || write_event(tx, alert->incident_id, "alert.event.resolved", alert, err));
}

static bool repeat(struct tx *tx, struct context *context, const struct alert_event *event, struct alert *alert,
                   struct error *err) {
    struct op *op = tx_op(tx);
    alert->title = event->title;
    alert->last_seen_at = op->now_ms;
    alert->occurrences++;
    context->result.repeated++;
    return alert_row_update(tx, alert, open_key(op->arena, context, alert->fingerprint), err);
}

/* Firing news about something that ended at or after this firing began is late mail. */
static bool is_stale(const struct alert_event *event, const struct alert *last) {
    return event->starts_at != 0 && last->state == ALERT_RESOLVED && event->starts_at <= last->starts_at;
}

static bool take_firing(struct tx *tx, struct context *context, const struct alert_event *event, struct alert *open,
                        bool is_open, struct error *err) {
    if (is_open) return repeat(tx, context, event, open, err);
    struct alert last;
    bool found;
    if (!alert_row_last(tx, context->integration->id, event->fingerprint, &last, &found, err)) return false;
    if (found && is_stale(event, &last)) {
        context->result.stale++;
        return true;
    }
    return open_alert(tx, context, event, err);
}

/* Resolved news of an alert never seen firing is kept as resolved, so that the firing message behind it is known to
 * be late. */
static bool remember_resolved(struct tx *tx, struct context *context, const struct alert_event *event,
                              struct error *err) {
    struct op *op = tx_op(tx);
    struct alert last;
    bool found;
    if (!alert_row_last(tx, context->integration->id, event->fingerprint, &last, &found, err)) return false;
    context->result.stale++;
    if (found || event->starts_at == 0) return true;
    struct alert alert = { .id = id_new(op->now_ms),
                           .integration_id = context->integration->id,
                           .fingerprint = event->fingerprint,
                           .state = ALERT_RESOLVED,
                           .title = event->title,
                           .labels = "{}",
                           .group_hash = group_hash(op->arena, event),
                           .outcome = "recorded",
                           .starts_at = event->starts_at,
                           .first_seen_at = op->now_ms,
                           .last_seen_at = op->now_ms,
                           .resolved_at = event->ends_at == 0 ? op->now_ms : event->ends_at,
                           .occurrences = 1,
                           .version = 1 };
    return alert_row_insert(tx, &alert, NULL, err);
}

static bool take(struct tx *tx, struct context *context, const struct alert_event *event, struct error *err) {
    struct op *op = tx_op(tx);
    struct alert open;
    bool is_open;
    const char *key = open_key(op->arena, context, event->fingerprint);
    if (!alert_row_open(tx, key, &open, &is_open, err)) return false;
    bool of_earlier =
        is_open && event->state == ALERT_RESOLVED && event->ends_at != 0 && event->ends_at < open.starts_at;
    if (of_earlier) { /* late mail: what it ended, something newer has taken the place of */
        context->result.stale++;
        return true;
    }
    switch (event->state) {
    case ALERT_FIRING: return take_firing(tx, context, event, &open, is_open, err);
    case ALERT_RESOLVED:
        return is_open ? close_alert(tx, context, &open, event->ends_at, err)
                       : remember_resolved(tx, context, event, err);
    case ALERT_ACKNOWLEDGED:
        if (!is_open || open.state == ALERT_ACKNOWLEDGED) {
            context->result.stale++;
            return true;
        }
        open.state = ALERT_ACKNOWLEDGED;
        open.last_seen_at = op->now_ms;
        context->result.acknowledged++;
        return alert_row_update(tx, &open, key, err);
    default: die("unknown alert state");
    }
}

static bool resolve_group(struct tx *tx, struct context *context, const char *group, struct error *err) {
    struct alert_event probe = { .group = group };
    struct alert_list list;
    if (!alert_rows_open_of_group(tx, context->integration->id, group_hash(tx_op(tx)->arena, &probe), &list, err))
        return false;
    for (size_t i = 0; i < list.count; i++) {
        if (!close_alert(tx, context, &list.items[i], 0, err)) return false;
    }
    return true;
}

bool alert_ingest_tx(struct tx *tx, const struct integration *integration, const struct alert_batch *batch,
                     struct alert_result *out, struct error *err) {
    struct op *op = tx_op(tx);
    json_t *rules;
    struct context context = { .integration = integration };
    if (!policy_current(tx, &context.policy, err) ||
        !json_parse(op->arena, integration->rules, strlen(integration->rules), &rules, err)) {
        return false;
    }
    context.rules = rules;
    for (size_t i = 0; i < batch->count; i++) {
        if (!take(tx, &context, &batch->events[i], err)) return false;
    }
    if (batch->resolved_group != NULL && !resolve_group(tx, &context, batch->resolved_group, err)) return false;
    if (!integration_row_count(tx, integration->id, (int64_t)batch->count, (int64_t)batch->malformed, err))
        return false;
    *out = context.result;
    return true;
}

struct ingesting {
    const struct integration *integration;
    const struct alert_batch *batch;
    struct alert_result result;
};

static bool ingest_tx(struct tx *tx, void *arg, struct error *err) {
    struct ingesting *ingesting = arg;
    return alert_ingest_tx(tx, ingesting->integration, ingesting->batch, &ingesting->result, err);
}

bool alert_ingest(struct op *op, const struct integration *integration, const struct alert_batch *batch,
                  struct alert_result *out, struct error *err) {
    struct ingesting ingesting = { integration, batch, { 0 } };
    if (!store_write(op, ingest_tx, &ingesting, err)) return false;
    *out = ingesting.result;
    return true;
}
