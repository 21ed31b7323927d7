/* Whom the paths name. A schedule that a path calls is deleted only knowingly: its step would reach nobody from then
 * on. */
#ifndef BONGSU_ESCALATION_MENTION_H
#define BONGSU_ESCALATION_MENTION_H

#include "escalation/run.h"
#include "people/permission.h"
#include "store/db.h"

/* The severities whose path in force names one of these (ids, keys, logins; NULL-terminated): "P1, P2"; "" for none. */
struct mention {
    enum target_kind kind;
    const char *const *names;
    const char *severities; /* out */
};
bool escalation_mentions(struct op *op, struct mention *mention, struct error *err) NODISCARD; /* PERM_READ */

/* As rota_delete. Without force ERR_CONFLICT `schedule.named_by_path` for one that a path names. */
struct schedule_removal {
    const char *which; /* id or key */
    int64_t version; /* 0 skips the check */
    bool force;
};
bool escalation_schedule_delete(struct op *op, const struct schedule_removal *removal, struct error *err) NODISCARD;

#endif
