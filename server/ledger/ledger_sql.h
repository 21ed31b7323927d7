/* The ledger's statements, for the catalogue (work/statements.c). */
#ifndef BONGSU_LEDGER_LEDGER_SQL_H
#define BONGSU_LEDGER_LEDGER_SQL_H

#include "store/db.h"

extern const struct sql_list AUDIT_STATEMENTS;
extern const struct sql_list OUTBOX_STATEMENTS;
extern const struct sql_list OUTBOX_READ_STATEMENTS;
extern const struct sql_list DUE_STATEMENTS;
extern const struct sql_list SETTING_STATEMENTS;
extern const struct sql_list IDEMPOTENCY_STATEMENTS;

#endif
