/* All statements of the program, for store_check and its test. A room that has SQL adds its list here. */
#ifndef BONGSU_WORK_STATEMENTS_H
#define BONGSU_WORK_STATEMENTS_H

#include "store/db.h"

extern const struct sql_list *const ALL_STATEMENTS[];
extern const size_t ALL_STATEMENTS_COUNT;

#endif
