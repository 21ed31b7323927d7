/* Incidents of the past, written down as a whole: declared, noted and recovered in one transaction. They owe no report
 * and no meeting, customers are told nothing about them, and nobody is called. */
#ifndef BONGSU_INCIDENT_BACKFILL_H
#define BONGSU_INCIDENT_BACKFILL_H

#include "incident/draft.h"
#include "incident/recover.h"
#include "incident/timeline.h"

struct past_incident {
    struct incident_draft draft; /* whatever its kind */
    struct recovery recovery;
    const struct timeline_draft *notes; /* oldest first */
    size_t note_count;
};
/* PERM_RESPOND. Fields as those of a declaration, of notes and of a recovery. */
bool incident_backfill(struct op *op, const struct past_incident *past, struct incident *out,
                       struct error *err) NODISCARD;
/* The same inside the caller's transaction. */
bool incident_backfill_tx(struct tx *tx, const struct past_incident *past, struct incident *out,
                          struct error *err) NODISCARD;

#endif
