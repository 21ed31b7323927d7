/* The statements of runbook/, for the catalogue (work/statements.c). */
#ifndef BONGSU_RUNBOOK_RUNBOOK_SQL_H
#define BONGSU_RUNBOOK_RUNBOOK_SQL_H

#include "store/db.h"

extern const struct sql_list RUNBOOK_STATEMENTS;

#endif
