/* Inside policy/: rows of the organisation's own calendar days (calendar_sql.c). */
#ifndef BONGSU_POLICY_CALENDAR_ROWS_H
#define BONGSU_POLICY_CALENDAR_ROWS_H

#include "policy/calendar.h"

bool calendar_sql_insert(struct tx *tx, const struct calendar_day *day, bool *inserted, struct error *err) NODISCARD;
bool calendar_sql_delete(struct tx *tx, int64_t day, bool *deleted, struct error *err) NODISCARD;
bool calendar_sql_list(struct tx *tx, int64_t from, int64_t until, struct calendar_days *out,
                       struct error *err) NODISCARD;

#endif
