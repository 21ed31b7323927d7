/* The people room's statements, for the catalogue (work/statements.c). */
#ifndef BONGSU_PEOPLE_PEOPLE_SQL_H
#define BONGSU_PEOPLE_PEOPLE_SQL_H

#include "store/db.h"

extern const struct sql_list USER_STATEMENTS;
extern const struct sql_list TEAM_STATEMENTS;
extern const struct sql_list SESSION_STATEMENTS;
extern const struct sql_list THROTTLE_STATEMENTS;
extern const struct sql_list API_TOKEN_STATEMENTS;

#endif
