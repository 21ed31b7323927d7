/* One write to one incident, the same way everywhere and in one transaction: it loads the row and what the change needs
 * to know, changes it, appends to its timeline and saves it. */
#include "incident/incident_internal.h"

#include "base/arena.h"
#include "base/json.h"

#define BUILT_IN_POLICY "p1-p3"

struct change_run {
    const struct change_call *call;
    const char *ref;
    struct change *change;
};

/* For a severity that the policy does not know: nothing is owed. */
static const struct policy_severity NO_LEVEL = { .code = "", .slack_channel = "" };

static const struct policy_severity *level_of(const struct policy *policy, const char *code) {
    const struct policy_severity *level = policy_severity(policy, code);
    return level != NULL ? level : &NO_LEVEL;
}

/* Version 0 is the built-in policy, which stands in no table. */
bool incident_policy(struct tx *tx, const struct incident *incident, const struct policy **out, struct error *err) {
    if (incident->policy_version != 0) return policy_find(tx, incident->policy_version, out, err);
    *out = policy_preset(tx_op(tx)->arena, BUILT_IN_POLICY);
    REQUIRE(*out != NULL);
    return true;
}

void level_apply(struct incident *incident, const struct policy_severity *level) {
    incident->severity = level->code;
    incident->needs_commander = (level->roles & 1u << POLICY_ROLE_COMMANDER) != 0;
}

bool change_context(struct tx *tx, struct change *change, struct error *err) {
    if (!organisation_find(tx, &change->organisation, err)) return false;
    if (!incident_policy(tx, &change->incident, &change->policy, err)) return false;
    change->level = level_of(change->policy, change->incident.severity);
    change->before = change->incident;
    return true;
}

static bool run_change(struct tx *tx, void *arg, struct error *err) {
    struct change_run *run = arg;
    struct change *change = run->change;
    int64_t seen = tx_op(tx)->seen_version;
    *change = (struct change){ 0 };
    if (!incident_by_ref(tx, run->ref, &change->incident, err) || !change_context(tx, change, err)) return false;
    if (seen != 0 && seen != change->incident.version)
        return ERROR(err, ERR_STALE, "incident.stale", "seen at %lld", (long long)seen);
    if (!run->call->fn(tx, change, run->call->arg, err)) return false;
    if (tx_op(tx)->fields.count > 0) return OP_INVALID(tx_op(tx), err);
    return change->unchanged || incident_save(tx, &change->incident, err);
}

bool incident_change(struct op *op, const char *ref, const struct change_call *call, struct incident *out,
                     struct error *err) {
    if (!permission_check(op, call->permission == PERM_UNSET ? PERM_RESPOND : call->permission, err)) return false;
    struct change change = { 0 };
    struct change_run run = { call, ref, &change };
    if (!store_write(op, run_change, &run, err)) return false;
    if (out != NULL) *out = change.incident;
    return true;
}

bool change_audit(struct tx *tx, const struct change *change, const char *action, const json_t *detail,
                  struct error *err) {
    const char *subject = arena_printf(tx_op(tx)->arena, "incident/%s", change->incident.ref);
    return audit_add(tx, action, subject, detail, err);
}

bool change_record(struct tx *tx, struct change *change, const struct event_entry *entry, const char *action,
                   struct error *err) {
    return timeline_add(tx, &change->incident, entry, err) && change_audit(tx, change, action, entry->data, err);
}

bool incident_publish(struct tx *tx, const struct incident *incident, const char *topic, enum message_kind kind,
                      struct error *err) {
    const char *text;
    bool wanted;
    if (!incident_wanted(tx, incident, topic, &wanted, err)) return false;
    if (!wanted) return true;
    return message_text(tx, incident, kind, NULL, &text, err) && incident_send(tx, incident, topic, text, err);
}

bool incident_wanted(struct tx *tx, const struct incident *incident, const char *topic, bool *wanted,
                     struct error *err) {
    *wanted = false;
    return !incident_reaches_outside(incident) || outbox_wanted(tx, topic, incident->severity, wanted, err);
}

bool incident_send(struct tx *tx, const struct incident *incident, const char *topic, const char *text,
                   struct error *err) {
    struct op *op = tx_op(tx);
    json_t *payload = json_obj(op->arena);
    json_put_text(payload, "text", text);
    json_put_text(payload, "incident", incident->ref);
    json_put_text(payload, "title", incident_headline(incident));
    json_put_text(payload, "severity", incident->severity);
    json_put_text(payload, "state", incident_state_name(incident->state));
    json_put_text(payload, "service", incident->service_key);
    json_put_text(payload, "owner", incident->owner);
    json_put_text(payload, "lang", incident->lang);
    const char *order_key = arena_printf(op->arena, "incident/%lld", (long long)incident->id);
    return outbox_publish(tx, &(struct outbox_message){ topic, order_key, incident->severity, payload }, err);
}

void phase_stamp(struct incident *incident, enum incident_phase phase, int64_t at) {
    if (incident->phase_at[phase] == 0) incident->phase_at[phase] = at;
}

bool change_still_open(const struct change *change, struct error *err) {
    if (incident_is_open(change->incident.state)) return true;
    if (change->incident.state == INCIDENT_MERGED)
        return ERROR(err, ERR_CONFLICT, "incident.merged", "%s", change->incident.ref);
    return ERROR(err, ERR_CONFLICT, "incident.not_open", "%s is %s", change->incident.ref,
                 incident_state_name(change->incident.state));
}

struct find_run {
    const char *ref;
    struct incident *out;
};

static bool find(struct tx *tx, void *arg, struct error *err) {
    const struct find_run *run = arg;
    return incident_by_ref(tx, run->ref, run->out, err);
}

bool incident_find(struct op *op, const char *ref, struct incident *out, struct error *err) {
    struct find_run run = { ref, out };
    return permission_check(op, PERM_READ, err) && store_read(op, find, &run, err);
}
