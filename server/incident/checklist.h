/* Checklists inside an incident (R-A8), from templates/checklists/LANG.json, and the rollback helper (R-A9).
 * Every incident starts with the four shipped lists in its language. */
#ifndef BONGSU_INCIDENT_CHECKLIST_H
#define BONGSU_INCIDENT_CHECKLIST_H

#include "incident/incident.h"

struct check_item {
    int64_t number; /* from 1 */
    const char *text, *hint; /* hint: what to do when the answer is yes; may be NULL */
    bool done;
    int64_t done_at;
    const char *done_by, *note;
};
struct checklist {
    int64_t id;
    const char *key; /* immediate recent_change commander recovery, or custom */
    const char *title;
    struct check_item *items;
    size_t count, done;
};
bool checklists_of(struct tx *tx, int64_t incident_id, struct checklist **out, size_t *count,
                   struct error *err) NODISCARD;
/* One of our own lists again, or a list of one's own (a runbook's): title and 1–50 items. */
struct checklist_draft {
    const char *key; /* of a shipped list, or NULL */
    const char *title;
    const char *const *items;
    size_t count;
    const char *const *hints; /* of each item, each or all NULL: the command to run */
};
/* Inside a transaction, for rooms that make lists of their own (runbooks) and write the timeline themselves. */
bool checklist_add(struct tx *tx, const struct incident *incident, const struct checklist_draft *draft, int64_t *id,
                   struct error *err) NODISCARD;
bool incident_add_checklist(struct op *op, const char *ref, const struct checklist_draft *draft, struct checklist *out,
                            struct error *err) NODISCARD;
/* note may be NULL. Writes the timeline. ERR_NOT_FOUND `checklist.unknown`. */
struct check_tick {
    int64_t checklist_id, number;
    bool done;
    const char *note;
};
bool incident_tick(struct op *op, const struct check_tick *tick, struct checklist *out, struct error *err) NODISCARD;

/* Rollback or roll forward (001 Q5): the flow of questions, what it proposes, and what was chosen and why. */
enum rollback_choice { CHOICE_NONE, CHOICE_ROLLBACK, CHOICE_ROLL_FORWARD };
struct rollback_answers {
    enum tristate after_deploy, schema_changed, fix_over_30_minutes, deployable_now;
};
/* The next question's key (after_deploy, schema_changed, …), or NULL with *proposal set. */
const char *rollback_next(const struct rollback_answers *answers, enum rollback_choice *proposal);
struct rollback_draft {
    const char *after_deploy, *schema_changed, *fix_over_30_minutes, *deployable_now; /* "yes" "no" "" */
    const char *choice; /* rollback roll_forward */
    const char *reason; /* required */
};
bool incident_decide_rollback(struct op *op, const char *ref, const struct rollback_draft *draft, struct incident *out,
                              struct error *err) NODISCARD;

#endif
