/* The statements of alert/, for the catalogue (work/statements.c). */
#ifndef BONGSU_ALERT_ALERT_SQL_H
#define BONGSU_ALERT_ALERT_SQL_H

#include "store/db.h"

extern const struct sql_list ALERT_STATEMENTS, INTEGRATION_STATEMENTS, RECEIPT_STATEMENTS, ALERT_REVIEW_STATEMENTS;

#endif
