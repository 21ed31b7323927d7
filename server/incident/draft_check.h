/* Checks of a draft and of corrections, inside the room. */
#ifndef BONGSU_INCIDENT_DRAFT_CHECK_H
#define BONGSU_INCIDENT_DRAFT_CHECK_H

#include "incident/draft.h"
#include "incident/incident_internal.h"

/* A role of the draft with its person looked up. */
struct role_pick {
    enum role_kind role;
    int64_t user_id;
    const char *name;
};

/* Fills change->incident from the draft and names every wrong field in the op. organisation and policy are set. */
bool draft_check(struct tx *tx, const struct incident_draft *draft, struct change *change, struct error *err) NODISCARD;
/* The draft's roles, each with its person; picks has room for ROLE_KIND_COUNT. */
bool draft_roles(struct tx *tx, const struct incident_draft *draft, struct role_pick *picks, size_t *count,
                 struct error *err) NODISCARD;

/* Field by field; a NULL value leaves the member as it is. Shared by drafts and corrections. */
bool pick_service(struct tx *tx, const char *value, struct incident *incident, struct error *err) NODISCARD;
bool pick_owner(struct tx *tx, const char *value, struct incident *incident, struct error *err) NODISCARD;
/* A person by login, id or unique name; any other text is a name without an account. */
bool pick_person(struct tx *tx, const char *text, int64_t *user_id, const char **name, struct error *err) NODISCARD;
/* Phases in the order of their names must not contradict the beginning. */
void phases_check(struct op *op, const struct tz *tz, const struct incident *incident);

/* --- roles_sql.c --- */
bool role_put(struct tx *tx, int64_t incident_id, const struct role_pick *pick, struct error *err) NODISCARD;
bool role_free(struct tx *tx, int64_t incident_id, enum role_kind role, struct error *err) NODISCARD;

#endif
