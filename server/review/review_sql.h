/* The statements of review/, for the catalogue (work/statements.c). */
#ifndef BONGSU_REVIEW_REVIEW_SQL_H
#define BONGSU_REVIEW_REVIEW_SQL_H

#include "store/db.h"

extern const struct sql_list ACTION_STATEMENTS, DOCUMENT_STATEMENTS, PART_STATEMENTS, REVISION_STATEMENTS,
    TYPING_STATEMENTS;

#endif
