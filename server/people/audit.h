/* Reading the audit log (writing it is ledger/ledger.h). PERM_ADMIN. */
#ifndef BONGSU_PEOPLE_AUDIT_H
#define BONGSU_PEOPLE_AUDIT_H

#include "people/permission.h"
#include "store/db.h"

#include <jansson.h>

struct audit_entry {
    int64_t id;
    int64_t at_ms;
    const char *actor_kind, *actor_login, *actor_name, *remote; /* remote "" if unknown */
    const char *action, *subject;
    const char *detail; /* JSON or NULL */
};

struct audit_query {
    const char *actor, *action,
        *subject; /* exact login; action or its prefix before the dot; exact subject; NULL: any */
    int64_t from_ms, until_ms; /* 0: open */
    int64_t before_id; /* 0: newest */
    int limit; /* 1..200 */
};

struct audit_list {
    struct audit_entry *items; /* newest first */
    size_t count;
    bool more;
};

bool audit_list(struct op *op, const struct audit_query *query, struct audit_list *out, struct error *err) NODISCARD;
json_t *audit_entry_json(struct arena *arena, const struct audit_entry *entry);

#endif
