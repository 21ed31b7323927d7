/* See calendar.h. */
#include "policy/calendar_rows.h"

#include "base/arena.h"
#include "base/field.h"
#include "base/json.h"
#include "base/str.h"
#include "ledger/ledger.h"
#include "people/permission.h"
#include "text/tz.h"
#include "text/when.h"

#include <string.h>

static const char *const KINDS[] = { "temporary", "company", "working", NULL };
#define KIND_WORKING "working"
enum { DATE_LEN = 10, DAY_SECONDS = 86400 };

/* --- days --- */

static const char *date_text(struct arena *arena, int64_t day) {
    int64_t year;
    int month, date;
    civil_from_days(day, &year, &month, &date);
    return arena_printf(arena, "%04lld-%02d-%02d", (long long)year, month, date);
}

/* "2026-12-24", a real date of a year the calendar knows. */
static bool read_date(struct op *op, const char *text, int64_t *day) {
    struct error ignored;
    int64_t ms;
    if (str_blank(text)) {
        op_field_error(op, "date", "required", NULL);
        return false;
    }
    if (strlen(text) != DATE_LEN || !when_parse(arena_printf(op->arena, "%sT00:00:00Z", text), &ms, &ignored)) {
        op_field_error(op, "date", "malformed", NULL);
        return false;
    }
    *day = ms / 1000 / DAY_SECONDS;
    if (*day < civil_days(HOLIDAY_YEAR_FIRST, 1, 1) || *day >= civil_days(HOLIDAY_YEAR_LAST + 1, 1, 1)) {
        op_field_error(op, "date", "out_of_range",
                       arena_printf(op->arena, "%d–%d", HOLIDAY_YEAR_FIRST, HOLIDAY_YEAR_LAST));
        return false;
    }
    return true;
}

/* --- changing --- */

/* Puts the rows' days where due times look for them, and has running promises looked at again. */
static bool take_effect(struct tx *tx, struct error *err) {
    struct op *op = tx_op(tx);
    struct organisation organisation;
    struct calendar_days days;
    if (!organisation_find(tx, &organisation, err) || !calendar_sql_list(tx, 0, INT64_MAX, &days, err)) return false;
    int64_t *off = ARENA_ARRAY(op->arena, days.count, int64_t), *on = ARENA_ARRAY(op->arena, days.count, int64_t);
    organisation.days_off = (struct organisation_days){ off, 0 };
    organisation.days_on = (struct organisation_days){ on, 0 };
    for (size_t i = 0; i < days.count; i++) {
        if (str_eq(days.items[i].kind, KIND_WORKING)) on[organisation.days_on.count++] = days.items[i].day;
        else off[organisation.days_off.count++] = days.items[i].day;
    }
    const struct due clocks = { CALENDAR_CLOCKS_DUE, 0, "", op->now_ms, NULL };
    const struct due paths = { CALENDAR_PATHS_DUE, 0, "", op->now_ms, NULL };
    return organisation_put(tx, &organisation, err) && due_set(tx, &clocks, err) && due_set(tx, &paths, err);
}

static bool record(struct tx *tx, const char *action, int64_t day, json_t *detail, struct error *err) {
    return audit_add(tx, action, arena_printf(tx_op(tx)->arena, "calendar/%s", date_text(tx_op(tx)->arena, day)),
                     detail, err);
}

static bool add_in_tx(struct tx *tx, void *arg, struct error *err) {
    struct calendar_day *day = arg;
    struct op *op = tx_op(tx);
    struct organisation organisation;
    struct calendar_days all;
    bool inserted;
    if (!organisation_find(tx, &organisation, err) || !calendar_sql_list(tx, 0, INT64_MAX, &all, err)) return false;
    bool holiday = str_eq(organisation.holidays, "kr") && holiday_find(day->day, NULL) &&
                   (organisation.work_days >> civil_weekday(day->day) & 1) != 0;
    if (str_eq(day->kind, KIND_WORKING) && !holiday) op_field_error(op, "date", "not_a_holiday", NULL);
    if (all.count >= CALENDAR_DAYS_MAX) op_field_error(op, "date", "too_many", "500");
    if (op->fields.count > 0) return OP_INVALID(op, err);
    if (!calendar_sql_insert(tx, day, &inserted, err)) return false;
    if (!inserted) return ERROR(err, ERR_CONFLICT, "calendar.exists", "%lld", (long long)day->day);
    json_t *detail = json_obj(op->arena);
    json_put_text(detail, "kind", day->kind);
    json_put_text(detail, "name", day->name);
    json_put_text(detail, "reason", day->reason);
    return take_effect(tx, err) && record(tx, "calendar.added", day->day, detail, err);
}

bool calendar_add(struct op *op, const struct calendar_input *input, struct error *err) {
    if (!permission_check(op, PERM_SCHEDULE, err)) return false;
    struct calendar_day day = { .created_by = op->actor->login, .created_ms = op->now_ms };
    (void)read_date(op, input->date, &day.day);
    int kind = field_one_of(op, "kind", input->kind, KINDS, FIELD_REQUIRED);
    day.kind = kind < 0 ? "" : KINDS[kind];
    day.name = field_text(op, "name", input->name, CALENDAR_NAME_MAX, FIELD_REQUIRED);
    day.reason = field_text(op, "reason", input->reason, CALENDAR_REASON_MAX, FIELD_REQUIRED);
    if (op->fields.count > 0) return OP_INVALID(op, err);
    return store_write(op, add_in_tx, &day, err);
}

static bool remove_in_tx(struct tx *tx, void *arg, struct error *err) {
    const struct calendar_day *day = arg;
    struct calendar_days before;
    bool deleted;
    if (!calendar_sql_list(tx, day->day, day->day + 1, &before, err) ||
        !calendar_sql_delete(tx, day->day, &deleted, err))
        return false;
    if (!deleted) return ERROR(err, ERR_NOT_FOUND, "calendar.not_found", "%lld", (long long)day->day);
    json_t *detail = json_obj(tx_op(tx)->arena);
    json_put_text(detail, "kind", before.items[0].kind);
    json_put_text(detail, "name", before.items[0].name);
    json_put_text(detail, "reason", day->reason);
    return take_effect(tx, err) && record(tx, "calendar.removed", day->day, detail, err);
}

bool calendar_remove(struct op *op, const char *date, const char *reason, struct error *err) {
    struct calendar_day day = { 0 };
    if (!permission_check(op, PERM_SCHEDULE, err)) return false;
    (void)read_date(op, date, &day.day);
    day.reason = field_text(op, "reason", reason, CALENDAR_REASON_MAX, FIELD_REQUIRED);
    if (op->fields.count > 0) return OP_INVALID(op, err);
    return store_write(op, remove_in_tx, &day, err);
}

/* --- a year --- */

struct year_call {
    int64_t year;
    struct organisation organisation;
    struct calendar_days own;
};

static bool year_in_tx(struct tx *tx, void *arg, struct error *err) {
    struct year_call *call = arg;
    return organisation_find(tx, &call->organisation, err) &&
           calendar_sql_list(tx, civil_days(call->year, 1, 1), civil_days(call->year + 1, 1, 1), &call->own, err);
}

static json_t *new_entry(const struct op *op, const struct year_call *call, int64_t day, const char *name) {
    json_t *entry = json_object();
    json_put_text(entry, "date", date_text(op->arena, day));
    json_put_i64(entry, "weekday", civil_weekday(day) + 1);
    json_put_text(entry, "name", name);
    json_put_bool(entry, "day_off", !organisation_works_on(&call->organisation, day));
    return entry;
}

static json_t *own_entry(const struct op *op, const struct year_call *call, const struct calendar_day *own) {
    json_t *entry = new_entry(op, call, own->day, own->name);
    json_put_text(entry, "kind", own->kind);
    json_put_bool(entry, "own", true);
    json_put_text(entry, "reason", own->reason);
    json_put_text(entry, "by", own->created_by);
    json_put_text(entry, "at", when_rfc3339(op->arena, own->created_ms));
    return entry;
}

static json_t *computed_entry(const struct op *op, const struct year_call *call, const struct holiday *holiday) {
    static const char *const NAMES[] = { "public", "substitute", "temporary", "election" };
    json_t *entry = new_entry(op, call, holiday->day, holiday_name(op->arena, op->lang, holiday));
    json_put_text(entry, "kind", NAMES[holiday->kind]);
    json_put_bool(entry, "own", false);
    return entry;
}

static json_t *year_json(const struct op *op, const struct year_call *call) {
    json_t *out = json_obj(op->arena), *list = json_array();
    struct holiday_year computed = { 0 };
    if (str_eq(call->organisation.holidays, "kr")) holiday_year(call->year, &computed);
    size_t i = 0, j = 0;
    while (i < computed.count || j < call->own.count) {
        bool first = j == call->own.count || (i < computed.count && computed.list[i].day <= call->own.items[j].day);
        json_push(list, first ? computed_entry(op, call, &computed.list[i]) : own_entry(op, call, &call->own.items[j]));
        if (first) i++;
        else j++;
    }
    json_put_i64(out, "year", call->year);
    json_put_text(out, "rule", call->organisation.holidays);
    json_put_i64(out, "decreed_until", HOLIDAY_YEAR_DECREED);
    json_put(out, "holidays", list);
    return out;
}

bool calendar_year(struct op *op, const char *year, json_t **out, struct error *err) {
    struct year_call call = { 0 };
    if (!permission_check(op, PERM_READ, err) || !organisation_load(op, &call.organisation, err)) return false;
    struct civil today;
    tz_local(call.organisation.tz, op->now_ms / 1000, &today);
    call.year =
        str_blank(year) ? today.year : field_i64(op, "year", year, HOLIDAY_YEAR_FIRST, HOLIDAY_YEAR_LAST, today.year);
    if (op->fields.count > 0) return OP_INVALID(op, err);
    if (!store_read(op, year_in_tx, &call, err)) return false;
    *out = year_json(op, &call);
    return true;
}
