/* Inside oncall/: rows of what calendars were told (plan_sql.c). */
#ifndef BONGSU_ONCALL_PLAN_ROWS_H
#define BONGSU_ONCALL_PLAN_ROWS_H

#include "oncall/plan.h"

/* Rows that end after `since`, by start. */
bool plan_sql_list(struct tx *tx, int64_t schedule_id, int64_t since, struct plan *out, struct error *err) NODISCARD;
bool plan_sql_orphans(struct tx *tx, int64_t user_id, int64_t since, struct plan *out, struct error *err) NODISCARD;
bool plan_sql_put(struct tx *tx, const struct plan_row *row, struct error *err) NODISCARD;
bool plan_sql_forget(struct tx *tx, int64_t schedule_id, int64_t before, struct error *err) NODISCARD;

#endif
