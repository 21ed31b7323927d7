/* Permissions: what a role may do. One table (permission.c); routes and domain functions name a permission. */
#ifndef BONGSU_PEOPLE_PERMISSION_H
#define BONGSU_PEOPLE_PERMISSION_H

#include "base/op.h"

enum permission {
    PERM_UNSET, /* illegal in a route */
    PERM_PUBLIC, /* nobody needs to be logged in */
    PERM_SIGNED, /* hooks: the handler checks the sender's signature */
    PERM_SELF, /* any logged-in person, about themselves */
    PERM_READ, /* see incidents, documents, schedules, figures: every role */
    PERM_RESPOND, /* declare, update, roles, timeline, recover, reports, actions: responder and up */
    PERM_INTAKE, /* declare by the CS form, watch, offer help: cs, responder and up */
    PERM_NOTICE, /* write notices: cs, lead, admin */
    PERM_NOTICE_APPROVE, /* approve notices: cs, lead, admin (a second person, R-J3) */
    PERM_REVIEW, /* approve and publish reports and retros: lead, admin */
    PERM_SCHEDULE, /* edit schedules and escalation paths: lead, admin */
    PERM_SERVICE, /* edit services, policies' use, runbooks: lead, admin */
    PERM_ADMIN, /* people, policies, settings, audit log, integrations */
    PERM_COUNT
};

enum role { ROLE_NONE, ROLE_VIEWER, ROLE_CS, ROLE_RESPONDER, ROLE_LEAD, ROLE_ADMIN, ROLE_COUNT };

const char *role_name(enum role role); /* "viewer" …; "" for ROLE_NONE */
enum role role_parse(const char *name); /* ROLE_NONE if unknown */
uint64_t role_permissions(enum role role); /* bit 1 << permission */

/* Who acts where nobody is logged in: commands run by the machine's owner may everything, nobody nothing. */
const struct actor *actor_of_command(void);
const struct actor *actor_of_system(void); /* the worker and clock jobs */
const struct actor *actor_nobody(void);

bool actor_may(const struct actor *actor, enum permission permission);
/* As actor_may, but with ERR_FORBIDDEN `permission.denied` (ERR_UNAUTHENTICATED `session.needed` for nobody). */
bool permission_check(const struct op *op, enum permission permission, struct error *err) NODISCARD;

#endif
