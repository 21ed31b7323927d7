/* Incidents of the past: see backfill.h. */
#include "incident/backfill.h"

#include "incident/clock.h"
#include "incident/incident_internal.h"

static bool owe_nothing(struct tx *tx, const struct incident *incident, struct error *err) {
    return clock_waive(tx, incident, CLOCK_REPORT, err) && clock_waive(tx, incident, CLOCK_RETRO, err) &&
           due_cancel_all(tx, INCIDENT_RECOVERED_DUE, incident->id, err);
}

bool incident_backfill_tx(struct tx *tx, const struct past_incident *past, struct incident *out, struct error *err) {
    struct incident_draft draft = past->draft;
    struct event event;
    draft.kind = incident_kind_name(INCIDENT_BACKFILLED);
    if (!incident_declare_tx(tx, &draft, out, err) || !incident_by_id(tx, out->id, out, err)) return false;
    for (size_t i = 0; i < past->note_count; i++) {
        if (!incident_note_tx(tx, out, &past->notes[i], &event, err)) return false;
    }
    return incident_recover_tx(tx, out, &past->recovery, err) && owe_nothing(tx, out, err);
}

struct backfilling {
    const struct past_incident *past;
    struct incident incident;
};

static bool backfill_tx(struct tx *tx, void *arg, struct error *err) {
    struct backfilling *run = arg;
    tx_op(tx)->fields = (struct field_errors){ 0 }; /* a retried run starts clean */
    return incident_backfill_tx(tx, run->past, &run->incident, err);
}

bool incident_backfill(struct op *op, const struct past_incident *past, struct incident *out, struct error *err) {
    struct backfilling run = { .past = past };
    if (!permission_check(op, PERM_RESPOND, err) || !store_write(op, backfill_tx, &run, err)) return false;
    *out = run.incident;
    return true;
}
