/* Roles of people in one incident (R-A5). The commander does not fix code. */
#ifndef BONGSU_INCIDENT_ROLES_H
#define BONGSU_INCIDENT_ROLES_H

#include "incident/incident.h"

/* As enum policy_role, in the same order and by the same names. */
enum role_kind { ROLE_COMMANDER, ROLE_TECHNICAL, ROLE_COMMUNICATIONS, ROLE_OPERATIONS, ROLE_SCRIBE, ROLE_KIND_COUNT };

const char *role_kind_name(
    enum role_kind kind); /* commander technical_lead communications_lead operations_lead scribe */
bool role_kind_parse(const char *name, enum role_kind *out);

struct role_wish { /* as typed */
    const char *role; /* role_kind_name */
    const char *person; /* login, or any name; NULL or "" frees the role */
};
struct role_holder {
    enum role_kind kind;
    int64_t user_id; /* 0 if only a name */
    const char *login; /* NULL if only a name */
    const char *name;
    int64_t since;
};

/* At most one holder a role; the earlier one is relieved, and the timeline says so. PERM_RESPOND. */
bool incident_assign(struct op *op, const char *ref, const struct role_wish *wish, struct incident *out,
                     struct error *err) NODISCARD;
/* Several at once, all or none: a wrong person is named by the role's name. */
bool incident_assign_all(struct op *op, const char *ref, const struct role_wish *list, size_t count,
                         struct error *err) NODISCARD;
bool roles_list(struct tx *tx, int64_t incident_id, struct role_holder **out, size_t *count,
                struct error *err) NODISCARD; /* in the order of enum role_kind */
/* Shown as a fault: the policy requires a commander at this severity, the incident is open, and there is none. */
bool roles_commander_missing(const struct incident *incident, const struct role_holder *holders, size_t count);

#endif
