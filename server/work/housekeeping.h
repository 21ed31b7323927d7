/* Housekeeping: once a day, removes what nobody will ask for again: answers to repeated requests after a day, sent
 * messages after thirty. Failed messages and the audit log stay. */
#ifndef BONGSU_WORK_HOUSEKEEPING_H
#define BONGSU_WORK_HOUSEKEEPING_H

#include "ledger/ledger.h"

#define HOUSEKEEPING_KIND "work.housekeeping"

bool housekeeping_run(struct tx *tx, const struct due *due, struct error *err) NODISCARD;
/* Sets the first one, if there is none. */
bool housekeeping_start(struct op *op, struct error *err) NODISCARD;

extern const struct sql_list HOUSEKEEPING_STATEMENTS;

#endif
