/* What an alert does to incidents: see ingest_internal.h. Rules first, then maintenance, then the group's incident, the
 * service's incident, a new one. */
#include "alert/ingest_internal.h"

#include "base/arena.h"
#include "base/id.h"
#include "base/json.h"
#include "base/str.h"
#include "incident/draft.h"
#include "incident/lifecycle.h"
#include "incident/timeline.h"
#include "policy/organisation.h"
#include "policy/policy.h"
#include "service/maintenance.h"
#include "text/when.h"

#include <string.h>

/* An alert that has been firing for longer was there before the trouble at hand, or somebody has just connected a
 * sender with old alerts: when the incident began is for people to say. */
enum { BEGAN_HOURS_MAX = 6 };

/* The integration's own severity; policies change, and a code that is gone must not lose an alert. */
static const char *standard(const struct ingest *ingest) {
    const char *code = ingest->integration->severity;
    return code == NULL || policy_severity(ingest->policy, code) == NULL ? NULL : code;
}

/* The sender's words as a code of the policy: its own codes, then the usual words from grave to light. */
static const char *map_severity(const struct ingest *ingest, const char *word) {
    static const char *const WORDS[][4] = {
        { "critical", "page", "emergency", "fatal" },
        { "error", "high", "major", NULL },
        { "warning", "warn", "medium", "minor" },
        { "info", "low", "none", "debug" },
    };
    const struct policy *policy = ingest->policy;
    if (word == NULL) return standard(ingest);
    for (size_t i = 0; i < policy->severity_count; i++) {
        if (strcasecmp(policy->severities[i].code, word) == 0) return policy->severities[i].code;
    }
    for (size_t rank = 0; rank < sizeof WORDS / sizeof *WORDS; rank++) {
        for (size_t k = 0; k < 4 && WORDS[rank][k] != NULL; k++) {
            if (strcasecmp(WORDS[rank][k], word) != 0) continue;
            if (standard(ingest) != NULL && rank > 0) return standard(ingest);
            size_t last = policy->severity_count - 1;
            return policy->severities[rank < last ? rank : last].code;
        }
    }
    return standard(ingest);
}

static const char *gravest_default(const struct ingest *ingest) {
    const struct policy *policy = ingest->policy;
    return policy->severities[policy->severity_count > 1 ? 1 : 0].code;
}

const char *place_fitting(struct arena *arena, const char *text, size_t max) {
    if (text == NULL || utf8_count(text) <= max) return text;
    const char *end = text;
    for (size_t count = 0; count + 1 < max; count++) {
        uint32_t ignored;
        end += utf8_next(end, strlen(end), &ignored);
    }
    return arena_printf(arena, "%.*s…", (int)(end - text), text);
}

bool place_event(struct tx *tx, int64_t incident_id, const char *key, const struct alert *alert, struct error *err) {
    struct op *op = tx_op(tx);
    struct incident incident;
    if (!incident_by_id(tx, incident_id, &incident, err)) return false;
    json_t *data = json_obj(op->arena);
    json_put_id(data, "alert", alert->id);
    json_put_text(data, "link", alert->link);
    json_put_text(data, "title", alert->title);
    struct event_entry entry = { .kind = EVENT_ALERT, .key = key, .data = data };
    return timeline_add(tx, &incident, &entry, err) && incident_save(tx, &incident, err);
}

/* --- when the incident began --- */

/* How long it had been firing when we heard of it; 0: not known, or from a clock that is ahead of ours. */
static int64_t firing_before(const struct alert *alert) {
    int64_t ms = alert->first_seen_at - alert->starts_at;
    return ms > 0 ? ms : 0;
}

static bool is_too_old(const struct alert *alert) {
    return firing_before(alert) > BEGAN_HOURS_MAX * 3600 * INT64_C(1000);
}

void place_times(struct arena *arena, const struct alert *alert, struct incident_draft *draft) {
    draft->detected_at = when_rfc3339(arena, alert->first_seen_at);
    if (firing_before(alert) > 0 && !is_too_old(alert)) draft->started_at = when_rfc3339(arena, alert->starts_at);
}

bool place_began(struct tx *tx, const struct alert *alert, struct error *err) {
    struct op *op = tx_op(tx);
    struct incident incident;
    struct organisation organisation;
    if (firing_before(alert) == 0) return true;
    if (!incident_by_id(tx, alert->incident_id, &incident, err) || !organisation_find(tx, &organisation, err))
        return false;
    json_t *data = json_obj(op->arena);
    struct event_entry entry = { .kind = EVENT_ALERT, .data = data };
    json_put_id(data, "alert", alert->id);
    json_put_text(data, "at", when_minute(op->arena, organisation.tz, alert->starts_at));
    if (is_too_old(alert)) {
        json_put(data, "limit_minutes", json_integer(BEGAN_HOURS_MAX * 60));
        entry.key = "alert.event.too_old";
    } else {
        entry.key = "alert.event.began";
        entry.at = alert->starts_at;
        entry.phase = PHASE_OCCURRED + 1;
    }
    return timeline_add(tx, &incident, &entry, err) && incident_save(tx, &incident, err);
}

static bool declare(struct tx *tx, struct ingest *ingest, struct alert *alert, struct error *err) {
    struct arena *arena = tx_op(tx)->arena;
    char service[ID_TEXT_SIZE];
    const char *severity = alert->severity == NULL ? gravest_default(ingest) : alert->severity;
    struct incident_draft draft = { .title = place_fitting(arena, alert->title, DRAFT_TITLE_MAX),
                                    .symptom = place_fitting(arena, alert->description, DRAFT_LINE_MAX),
                                    .severity = severity,
                                    .service = alert->service_id == 0 ? NULL : id_text(alert->service_id, service),
                                    .detection = "monitoring",
                                    .kind = "normal" };
    struct incident incident;
    place_times(arena, alert, &draft);
    if (!incident_declare_tx(tx, &draft, &incident, err)) return false;
    alert->incident_id = incident.id;
    alert->incident_ref = incident.ref;
    alert->outcome = "declared";
    ingest->result.declared++;
    return true;
}

static bool find_incident(struct tx *tx, const struct ingest *ingest, const struct alert *alert, int64_t *incident_id,
                          struct error *err) {
    int64_t since = tx_op(tx)->now_ms - ingest->integration->group_minutes * 60000;
    if (!alert_row_of_group(tx, ingest->integration->id, alert->group_hash, since, incident_id, err)) return false;
    if (*incident_id != 0 || alert->service_id == 0) return true;
    return open_incident_of_service(tx, alert->service_id, incident_id, err);
}

/* Which service and severity the alert is about: the rule's word, then the sender's, then the integration's. */
static bool place(struct tx *tx, struct ingest *ingest, const struct alert_event *event, struct alert *alert,
                  struct rule_verdict *verdict, struct error *err) {
    rules_apply(tx_op(tx)->arena, ingest->rules, event->title, event->labels, event->severity, verdict);
    const char *key = verdict->service != NULL ? verdict->service : event->service;
    if (key != NULL && !service_id_of_key(tx, key, &alert->service_id, err)) return false;
    if (alert->service_id == 0) {
        alert->service_id = ingest->integration->service_id;
        key = ingest->integration->service_key;
    }
    alert->severity = map_severity(ingest, verdict->severity != NULL ? verdict->severity : event->severity);
    ingest->verdict.rule = verdict->index;
    ingest->verdict.severity = alert->severity;
    ingest->verdict.service = key;
    return true;
}

bool place_alert(struct tx *tx, struct ingest *ingest, const struct alert_event *event, struct alert *alert,
                 struct error *err) {
    struct op *op = tx_op(tx);
    struct rule_verdict verdict;
    bool covered;
    int64_t incident_id;
    if (!place(tx, ingest, event, alert, &verdict, err) ||
        !maintenance_covers(tx, alert->service_id, op->now_ms, &covered, err)) {
        return false;
    }
    alert->outcome = verdict.action == RULE_IGNORE ? "ignored" : covered ? "maintenance" : "recorded";
    bool quiet = verdict.action == RULE_IGNORE || verdict.action == RULE_RECORD;
    if (covered || event->test || quiet) return true;
    if (!find_incident(tx, ingest, alert, &incident_id, err)) return false;
    if (incident_id == 0) {
        return verdict.action == RULE_ATTACH || declare(tx, ingest, alert, err);
    }
    struct incident incident;
    if (!incident_by_id(tx, incident_id, &incident, err)) return false;
    alert->incident_id = incident_id;
    alert->outcome = "attached";
    ingest->result.attached++;
    ingest->verdict.incident_ref = incident.ref;
    return true;
}

bool place_acknowledged(struct tx *tx, const struct ingest *ingest, const struct alert *alert, struct error *err) {
    int64_t open = 0;
    if (ingest->integration->kind != INTEGRATION_PAGERDUTY || alert->incident_id == 0) return true;
    if (alert->state == ALERT_RESOLVED && !alert_rows_open_of_incident(tx, alert->incident_id, &open, err))
        return false;
    return open > 0 || incident_acknowledge_tx(tx, alert->incident_id, err);
}
