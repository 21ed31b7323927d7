/* What this day taught in earlier years: see insight_today. */
#include "insight/insight_internal.h"

#include "base/arena.h"
#include "people/permission.h"
#include "policy/organisation.h"
#include "base/str.h"

enum { YEARS_BACK = 5, LESSONS_SHOWN = 3, DAY_S = 86400 };

static bool today_tx(struct tx *tx, void *arg, struct error *err) {
    struct lesson_list *out = arg;
    const struct op *op = tx_op(tx);
    struct organisation organisation;
    struct civil now;
    if (!organisation_find(tx, &organisation, err)) return false;
    tz_local(organisation.tz, op->now_ms / 1000, &now);
    *out = (struct lesson_list){ ARENA_ARRAY(op->arena, LESSONS_SHOWN, struct lesson), 0 };
    for (int back = 1; back <= YEARS_BACK && out->count < LESSONS_SHOWN; back++) {
        struct lesson_list of_year;
        int64_t year = now.year - back;
        if (now.day > civil_month_days(year, now.month)) continue; /* 29 February */
        int64_t day = civil_days(year, now.month, now.day);
        int64_t from = tz_resolve(organisation.tz, day * DAY_S) * 1000;
        int64_t until = tz_resolve(organisation.tz, (day + 1) * DAY_S) * 1000;
        if (!lessons_load(tx, from, until, &of_year, err)) return false;
        for (size_t i = 0; i < of_year.count && out->count < LESSONS_SHOWN; i++) {
            if (!str_blank(of_year.items[i].lesson)) out->items[out->count++] = of_year.items[i];
        }
    }
    return true;
}

bool insight_today(struct op *op, struct lesson_list *out, struct error *err) {
    return permission_check(op, PERM_READ, err) && store_read(op, today_tx, out, err);
}
