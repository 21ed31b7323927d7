/* Inside policy/: statements, for the catalogue (work/statements.c), and as functions. */
#ifndef BONGSU_POLICY_POLICY_SQL_H
#define BONGSU_POLICY_POLICY_SQL_H

#include "policy/policy.h"

extern const struct sql_list POLICY_STATEMENTS;

struct policy_row {
    int64_t version, created_ms;
    const char *document, *created_by;
};
/* version 0: the newest. */
bool policy_sql_get(struct tx *tx, int64_t version, struct policy_row *out, bool *found, struct error *err) NODISCARD;
/* false *inserted: that version is there already. */
bool policy_sql_insert(struct tx *tx, const struct policy_row *row, bool *inserted, struct error *err) NODISCARD;
bool policy_sql_list(struct tx *tx, struct rows *out, struct error *err) NODISCARD; /* as policy_row, newest first */

#endif
