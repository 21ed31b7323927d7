/* See plan.h. */
#include "oncall/plan_rows.h"

#include "base/arena.h"
#include "base/id.h"
#include "base/secret.h"
#include "base/str.h"
#include "oncall/handover.h"
#include "oncall/people_index.h"
#include "oncall/rota_rows.h"

#include <string.h>

enum { DAY = 86400 };
#define DAY_MS (DAY * INT64_C(1000))

/* --- the shifts as they are --- */

/* The same shift keeps its uid for ever: who, in what, from when. */
static const char *uid_of(struct arena *arena, const struct schedule *schedule, const struct shift *shift) {
    char hash[SECRET_HASH_SIZE];
    const char *what = arena_printf(arena, "%lld/%d/%s/%lld", (long long)schedule->id, (int)shift->role,
                                    schedule->people[shift->person], (long long)shift->start);
    secret_hash(what, strlen(what), hash);
    return arena_printf(arena, "%.32s@bongsu", hash);
}

/* A shift cut by the window would get another start, and so another uid, every day. */
static void whole_shift(struct arena *arena, const struct schedule *schedule, const struct range *range,
                        struct shift *shift) {
    struct shift_search search = { *range, shift->person, 0 };
    struct shift whole;
    search.at.from = shift->start;
    if (!schedule_shift_around(schedule, &search, arena, &whole)) return;
    if (whole.start != TIME_ALWAYS) shift->start = whole.start;
    if (whole.end != TIME_NEVER) shift->end = whole.end;
}

static struct plan_row row_of(struct arena *arena, const struct rota *rota, const struct schedule *schedule,
                              const struct shift *shift) {
    struct plan_row row = { .uid = uid_of(arena, schedule, shift),
                            .schedule_id = rota->id,
                            .schedule_name = rota->name,
                            .role = shift->role,
                            .start = shift->start,
                            .end = shift->end,
                            .changed_ms = rota->updated_ms };
    (void)id_parse(schedule->people[shift->person], &row.user_id);
    return row;
}

bool plan_of(struct tx *tx, const struct rota *rota, const struct schedule *schedule, struct plan *out,
             struct error *err) {
    struct arena *arena = tx_op(tx)->arena;
    struct range_answer answers[2];
    struct range range = { 0, 0, DUTY_PRIMARY, VIEW_FINAL };
    int64_t today = tx_op(tx)->now_ms / DAY_MS;
    range.from = (today - PLAN_DAYS_BACK) * DAY;
    range.until = (today + PLAN_DAYS_AHEAD) * DAY;
    for (int role = DUTY_PRIMARY; role <= DUTY_SECONDARY; role++) {
        range.role = (enum duty_role)role;
        if (!schedule_range(schedule, &range, arena, &answers[role], err)) return false;
    }
    *out = (struct plan){ ARENA_ARRAY(arena, answers[0].shift_count + answers[1].shift_count, struct plan_row), 0 };
    for (int role = DUTY_PRIMARY; role <= DUTY_SECONDARY; role++) {
        range.role = (enum duty_role)role;
        for (size_t i = 0; i < answers[role].shift_count; i++) {
            struct shift shift = answers[role].shifts[i];
            if (shift.clipped) whole_shift(arena, schedule, &range, &shift);
            out->items[out->count++] = row_of(arena, rota, schedule, &shift);
        }
    }
    return true;
}

/* --- with what was told --- */

static int64_t window_start(const struct tx *tx) {
    return (tx_op(tx)->now_ms / DAY_MS - PLAN_DAYS_BACK) * DAY;
}

static void index_of(struct people_index *index, struct arena *arena, const struct plan *plan) {
    people_index_init(index, arena);
    for (size_t i = 0; i < plan->count; i++) (void)people_index_add(index, plan->items[i].uid);
}

/* *fresh: the stored row is not (any more) what the shift is. */
static void follow(struct plan_row *row, const struct plan_row *told, bool *fresh) {
    *fresh =
        told == NULL || told->end != row->end || told->cancelled || !str_eq(told->schedule_name, row->schedule_name);
    if (told == NULL) return;
    row->sequence = *fresh ? told->sequence + 1 : told->sequence;
    if (!*fresh) row->changed_ms = told->changed_ms;
}

static struct plan_row cancelled(const struct plan_row *told, int64_t changed_ms) {
    struct plan_row row = *told;
    if (row.cancelled) return row;
    row.cancelled = true;
    row.sequence++;
    row.changed_ms = changed_ms;
    return row;
}

/* changes: those of the rows that must be stored. */
static bool merge(struct tx *tx, const struct rota *rota, struct plan *plan, struct plan *changes, struct error *err) {
    struct arena *arena = tx_op(tx)->arena;
    struct plan told;
    struct people_index told_index, plan_index;
    if (!plan_sql_list(tx, rota->id, window_start(tx), &told, err)) return false;
    index_of(&told_index, arena, &told);
    index_of(&plan_index, arena, plan);
    struct plan_row *all = ARENA_ARRAY(arena, plan->count + told.count, struct plan_row);
    *changes = (struct plan){ ARENA_ARRAY(arena, plan->count + told.count, struct plan_row), 0 };
    size_t count = plan->count;
    if (count > 0) memcpy(all, plan->items, count * sizeof *all);
    for (size_t i = 0; i < plan->count; i++) {
        int32_t place = people_index_find(&told_index, all[i].uid);
        bool fresh;
        follow(&all[i], place < 0 ? NULL : &told.items[place], &fresh);
        if (fresh) changes->items[changes->count++] = all[i];
    }
    for (size_t i = 0; i < told.count; i++) {
        if (people_index_find(&plan_index, told.items[i].uid) >= 0) continue;
        all[count] = cancelled(&told.items[i], rota->updated_ms);
        if (!told.items[i].cancelled) changes->items[changes->count++] = all[count];
        count++;
    }
    *plan = (struct plan){ all, count };
    return true;
}

bool plan_told(struct tx *tx, const struct rota *rota, struct plan *plan, struct error *err) {
    struct plan changes;
    return merge(tx, rota, plan, &changes, err);
}

bool plan_orphans(struct tx *tx, int64_t user_id, struct plan *out, struct error *err) {
    return plan_sql_orphans(tx, user_id, window_start(tx), out, err);
}

/* --- telling --- */

/* Shifts of a deleted schedule that had not ended are called off. */
static bool call_off(struct tx *tx, int64_t schedule_id, struct error *err) {
    struct plan told;
    int64_t now_ms = tx_op(tx)->now_ms;
    if (!plan_sql_list(tx, schedule_id, now_ms / 1000, &told, err)) return false;
    for (size_t i = 0; i < told.count; i++) {
        struct plan_row row = cancelled(&told.items[i], now_ms);
        if (!plan_sql_put(tx, &row, err)) return false;
    }
    return true;
}

bool schedule_changed_due(struct tx *tx, const struct due *due, struct error *err) {
    struct rota rota;
    struct schedule *schedule;
    struct plan plan, changes;
    bool found;
    if (!rota_sql_find(tx, due->subject_id, NULL, &rota, &found, err)) return false;
    if (!found) return call_off(tx, due->subject_id, err);
    if (!rota_schedule(tx, &rota, &schedule, err) || !plan_of(tx, &rota, schedule, &plan, err) ||
        !merge(tx, &rota, &plan, &changes, err) || !plan_sql_forget(tx, rota.id, window_start(tx), err))
        return false;
    for (size_t i = 0; i < changes.count; i++) {
        if (!plan_sql_put(tx, &changes.items[i], err)) return false;
    }
    const struct due handover = { HANDOVER_DUE, rota.id, "", tx_op(tx)->now_ms, NULL };
    if (!due_set(tx, &handover, err)) return false;
    const struct due tomorrow = { SCHEDULE_CHANGED_DUE, rota.id, "daily", tx_op(tx)->now_ms + DAY_MS, NULL };
    return due_set(tx, &tomorrow, err);
}
