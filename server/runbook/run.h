/* A runbook at work inside an incident: a snapshot of its text and a checklist made of its steps. Ticking is the
 * checklist's own (incident/checklist.h) and writes the timeline. */
#ifndef BONGSU_RUNBOOK_RUN_H
#define BONGSU_RUNBOOK_RUN_H

#include "runbook/match.h"

struct runbook_run {
    int64_t id, incident_id, checklist_id; /* checklist 0: nothing to tick */
    struct runbook runbook; /* as it was then */
    int64_t started_at;
    const char *started_by;
};

/* PERM_RESPOND. In the incident's language, as its other checklists. The same runbook runs once in an incident: a
 * second start gives the first run. */
bool runbook_start(struct op *op, const char *ref, const char *key, struct runbook_run *out,
                   struct error *err) NODISCARD;

/* For one incident: what runs, and what fits its service, alerts and words and does not run yet. PERM_READ */
struct runbook_offers {
    struct runbook_match matches[RUNBOOK_MATCHES_MAX];
    size_t match_count;
    struct runbook_run *runs; /* oldest first */
    size_t run_count;
};
bool runbook_offers(struct op *op, const char *ref, struct runbook_offers *out, struct error *err) NODISCARD;

/* One step: a line of a list at the left margin of the sections checks, action and recovery. */
struct runbook_step {
    const char *text;
    const char *command; /* the code block under it, or NULL */
};
enum { RUNBOOK_STEPS_MAX = 50 };
size_t runbook_steps(struct arena *arena, const struct runbook *runbook, struct runbook_step out[RUNBOOK_STEPS_MAX]);

json_t *runbook_run_json(struct op *op, const struct runbook_run *run);

#endif
