/* The statements of insight/, for the catalogue (work/statements.c). */
#ifndef BONGSU_INSIGHT_INSIGHT_SQL_H
#define BONGSU_INSIGHT_INSIGHT_SQL_H

#include "store/db.h"

extern const struct sql_list QUARTER_STATEMENTS;
extern const struct sql_list INSIGHT_STATEMENTS;

#endif
