/* Declaring (draft.h): everything an incident starts with, in one transaction: its row, the first event, checklists,
 * clocks, audit entry, search document and the message to the channels. */
#include "incident/draft_check.h"

#include "base/arena.h"
#include "base/id.h"
#include "base/json.h"
#include "incident/checklist_rows.h"
#include "text/tz.h"

struct declare_run {
    const struct incident_draft *draft;
    struct change change; /* as prepared; not touched by the write, which may run again */
    struct incident *out;
    struct role_pick picks[ROLE_KIND_COUNT];
    size_t pick_count;
};

static bool prepare(struct tx *tx, void *arg, struct error *err) {
    struct declare_run *run = arg;
    struct op *op = tx_op(tx);
    struct change *change = &run->change;
    if (!organisation_find(tx, &change->organisation, err) || !policy_current(tx, &change->policy, err)) return false;
    if (!draft_check(tx, run->draft, change, err)) return false;
    if (!draft_roles(tx, run->draft, run->picks, &run->pick_count, err)) return false;
    return op->fields.count == 0 || OP_INVALID(op, err);
}

/* INC-2026-0042: the year of the organisation's calendar, numbered from 1 without holes. */
static bool take_ref(struct tx *tx, const struct organisation *organisation, const char **out, struct error *err) {
    struct op *op = tx_op(tx);
    struct civil civil;
    tz_local(organisation->tz, op->now_ms / 1000, &civil);
    int64_t number;
    const char *series = arena_printf(op->arena, "incident/%lld", (long long)civil.year);
    if (!counter_next(tx, series, &number, err)) return false;
    *out = arena_printf(op->arena, "INC-%04lld-%04lld", (long long)civil.year, (long long)number);
    return true;
}

/* A person who declares has judged and, by declaring, told the others; a machine has only told. Nothing is known
 * about when the phases of a backfilled incident were. */
static void stamp(struct op *op, struct incident *incident) {
    incident->declared_at = op->now_ms;
    incident->declared_by = op->actor->user_id;
    incident->updated_at = op->now_ms;
    if (incident->kind == INCIDENT_BACKFILLED) return;
    incident->phase_at[PHASE_PROPAGATED] = op->now_ms;
    if (op->actor->kind != ACTOR_SYSTEM) incident->phase_at[PHASE_TRIAGED] = op->now_ms;
}

static bool first_event(struct tx *tx, struct change *change, struct error *err) {
    struct incident *incident = &change->incident;
    json_t *data = json_obj(tx_op(tx)->arena);
    json_put_text(data, "severity", incident->severity);
    json_put_text(data, "headline", incident_headline(incident));
    if (incident->kind != INCIDENT_NORMAL) json_put_text(data, "kind", incident_kind_name(incident->kind));
    const char *key = incident->kind == INCIDENT_DRILL ? "timeline.declared_drill" : "timeline.declared";
    struct event_entry entry = { .kind = EVENT_DECLARED, .key = key, .data = data };
    return timeline_add(tx, incident, &entry, err) && change_audit(tx, change, "incident.declared", data, err);
}

static bool write(struct tx *tx, void *arg, struct error *err) {
    struct declare_run *run = arg;
    struct op *op = tx_op(tx);
    struct change change = run->change;
    struct incident *incident = &change.incident;
    incident->id = id_new(op->now_ms);
    incident->version = 1;
    stamp(op, incident);
    if (!take_ref(tx, &change.organisation, &incident->ref, err)) return false;
    incident->last_seq = 1; /* the row goes first, its first event next */
    if (!incident_insert(tx, incident, err)) return false;
    incident->last_seq = 0;
    if (!first_event(tx, &change, err)) return false;
    REQUIRE(incident->last_seq == 1);
    for (size_t i = 0; i < run->pick_count; i++) {
        if (!role_put(tx, incident->id, &run->picks[i], err)) return false;
    }
    if (!clocks_declared(tx, &change, err) || !incident_index(tx, incident, err)) return false;
    if (!checklists_start(tx, incident, err)) return false;
    *run->out = *incident;
    return incident_publish(tx, incident, "incident.declared", MESSAGE_DECLARED, err);
}

bool incident_declare(struct op *op, const struct incident_draft *draft, struct incident *out, struct error *err) {
    if (!permission_check(op, PERM_INTAKE, err)) return false;
    struct declare_run run = { .draft = draft, .out = out };
    return store_read(op, prepare, &run, err) && store_write(op, write, &run, err);
}

bool incident_declare_tx(struct tx *tx, const struct incident_draft *draft, struct incident *out, struct error *err) {
    struct declare_run run = { .draft = draft, .out = out };
    return prepare(tx, &run, err) && write(tx, &run, err);
}
