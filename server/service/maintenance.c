/* Planned maintenance: see maintenance.h. */
#include "service/maintenance_sql.h"

#include "base/arena.h"
#include "base/field.h"
#include "base/id.h"
#include "base/json.h"
#include "base/str.h"
#include "people/permission.h"
#include "policy/organisation.h"
#include "text/when.h"

#include <string.h>

enum { DAY_S = 24 * 60 * 60, LONGEST_DAYS = 14, MONTHS = 12 };
enum repeat { REPEAT_NONE, REPEAT_DAILY, REPEAT_WEEKLY, REPEAT_MONTHLY };

const char *maintenance_state_name(enum maintenance_state state) {
    static const char *const NAMES[] = { "scheduled", "in_progress", "completed", "cancelled" };
    return NAMES[state];
}

enum maintenance_state maintenance_state_at(const struct maintenance *maintenance, int64_t now_ms) {
    if (maintenance->cancelled_at != 0) return MAINTENANCE_CANCELLED;
    if (maintenance->ends_at <= now_ms) return MAINTENANCE_COMPLETED;
    return maintenance->starts_at <= now_ms ? MAINTENANCE_ACTIVE : MAINTENANCE_SCHEDULED;
}

/* --- what was typed --- */

struct writing {
    int64_t id, version;
    const struct maintenance_input *input;
    bool following;
    struct maintenance *out;
};

static int64_t read_time(struct op *op, const struct tz *tz, const char *field, const char *typed, int64_t kept) {
    struct error ignored;
    int64_t at = kept;
    if (typed == NULL && kept != 0) return kept;
    if (str_blank(typed)) op_field_error(op, field, "required", NULL);
    else if (!when_parse(typed, &at, &ignored) && !when_parse_local(typed, tz, &at, &ignored))
        op_field_error(op, field, "malformed", NULL);
    return at;
}

static bool read_service(struct tx *tx, const char *typed, struct maintenance *m, struct error *err) {
    struct service service;
    bool found;
    if (typed == NULL) return true;
    m->service_id = 0;
    m->service_name = m->service_key = "";
    if (str_blank(typed)) return true;
    if (!service_find_named(tx, typed, &service, &found, err)) return false;
    if (!found) {
        op_field_error(tx_op(tx), "service", "unknown", NULL);
        return true;
    }
    m->service_id = service.id;
    m->service_name = service.name;
    m->service_key = service.key;
    return true;
}

static const char *read_text(struct op *op, const char *field, const char *typed, const char *kept, unsigned rules) {
    size_t max = (rules & FIELD_MULTILINE) != 0 ? MAINTENANCE_NOTE_MAX : MAINTENANCE_TITLE_MAX;
    if (typed == NULL && kept != NULL) return kept;
    const char *text = field_text(op, field, typed, max, rules);
    return text == NULL ? "" : text;
}

static bool merge(struct tx *tx, const struct maintenance_input *input, struct maintenance *m, struct error *err) {
    struct op *op = tx_op(tx);
    struct organisation organisation;
    if (!organisation_find(tx, &organisation, err) || !read_service(tx, input->service, m, err)) return false;
    m->title = read_text(op, "title", input->title, m->title, FIELD_REQUIRED);
    m->title_en = read_text(op, "title_en", input->title_en, m->title_en, FIELD_OPTIONAL);
    m->note = read_text(op, "note", input->note, m->note, FIELD_MULTILINE);
    m->note_en = read_text(op, "note_en", input->note_en, m->note_en, FIELD_MULTILINE);
    m->starts_at = read_time(op, organisation.tz, "starts_at", input->starts_at, m->starts_at);
    m->ends_at = read_time(op, organisation.tz, "ends_at", input->ends_at, m->ends_at);
    m->public = field_flag(op, "public", input->public, m->public);
    if (op->fields.count == 0) {
        if (m->ends_at <= m->starts_at) op_field_error(op, "ends_at", "too_early", NULL);
        else if (m->ends_at <= op->now_ms) op_field_error(op, "ends_at", "past", NULL);
        else if (m->ends_at - m->starts_at > (int64_t)LONGEST_DAYS * DAY_S * 1000)
            op_field_error(op, "ends_at", "range_too_long", arena_printf(op->arena, "%d", LONGEST_DAYS));
    }
    return op->fields.count == 0 ? true : OP_INVALID(op, err);
}

/* --- what a change leaves behind --- */

static bool keep_edges(struct tx *tx, const struct maintenance *m, struct error *err) {
    int64_t now = tx_op(tx)->now_ms;
    const struct due start = { MAINTENANCE_EDGE_DUE, m->id, "start", m->starts_at > now ? m->starts_at : now, NULL };
    const struct due end = { MAINTENANCE_EDGE_DUE, m->id, "end", m->cancelled_at != 0 ? now : m->ends_at, NULL };
    tx_on_commit(tx, "status");
    if (m->cancelled_at != 0 && !due_cancel_all(tx, MAINTENANCE_EDGE_DUE, m->id, err)) return false;
    return (m->cancelled_at != 0 || due_set(tx, &start, err)) && due_set(tx, &end, err);
}

static bool leave_trace(struct tx *tx, const char *action, const struct maintenance *m, struct error *err) {
    struct op *op = tx_op(tx);
    const char *subject = arena_printf(op->arena, "maintenance/%lld", (long long)m->id);
    return keep_edges(tx, m, err) && audit_add(tx, action, subject, maintenance_json(op, m), err);
}

/* --- planning --- */

/* The wall-clock time of an occurrence: the same hour, whatever the zone's clocks do; the 31st becomes the last day. */
static int64_t shift(const struct tz *tz, int64_t ms, enum repeat repeat, int n) {
    struct civil c;
    tz_local(tz, ms / 1000, &c);
    int64_t of_day = civil_seconds(&c) % DAY_S, day = civil_days(c.year, c.month, c.day);
    if (repeat == REPEAT_DAILY) day += n;
    if (repeat == REPEAT_WEEKLY) day += (int64_t)n * 7;
    if (repeat == REPEAT_MONTHLY) {
        int64_t months = c.year * MONTHS + (c.month - 1) + n, next = months + 1;
        int64_t first = civil_days(months / MONTHS, (int)(months % MONTHS) + 1, 1);
        int64_t last = civil_days(next / MONTHS, (int)(next % MONTHS) + 1, 1) - 1;
        day = first + c.day - 1 < last ? first + c.day - 1 : last;
    }
    return tz_resolve(tz, day * DAY_S + of_day) * 1000;
}

static bool plan_rows(struct tx *tx, const struct maintenance *first, enum repeat repeat, int times,
                      struct error *err) {
    struct organisation organisation;
    struct op *op = tx_op(tx);
    if (!organisation_find(tx, &organisation, err)) return false;
    int64_t length = first->ends_at - first->starts_at;
    for (int i = 0; i < times; i++) {
        struct maintenance one = *first;
        if (i > 0) one.id = id_new(op->now_ms);
        one.starts_at = shift(organisation.tz, first->starts_at, repeat, i);
        one.ends_at = one.starts_at + length;
        if (!maintenance_row_insert(tx, &one, err) || !leave_trace(tx, "maintenance.planned", &one, err)) return false;
    }
    return true;
}

static bool plan_tx(struct tx *tx, void *arg, struct error *err) {
    static const char *const WORDS[] = { "none", "daily", "weekly", "monthly", NULL };
    struct writing *writing = arg;
    struct op *op = tx_op(tx);
    const struct maintenance_input *input = writing->input;
    struct maintenance m = { .id = id_new(op->now_ms), .service_name = "", .service_key = "", .public = true };
    int repeat = field_one_of(op, "repeat", str_blank(input->repeat) ? "none" : input->repeat, WORDS, FIELD_OPTIONAL);
    int64_t times = 1;
    if (repeat > REPEAT_NONE) times = field_i64(op, "times", input->times, 2, MAINTENANCE_TIMES_MAX, 2);
    if (!merge(tx, input, &m, err)) return false;
    if (repeat == REPEAT_DAILY && m.ends_at - m.starts_at > (int64_t)DAY_S * 1000) {
        op_field_error(op, "ends_at", "range_too_long", "1");
        return OP_INVALID(op, err);
    }
    m.created_by = op->actor->name;
    m.created_at = m.updated_at = op->now_ms;
    m.version = 1;
    if (times > 1) m.series_id = m.id;
    *writing->out = m;
    return plan_rows(tx, &m, (enum repeat)repeat, (int)times, err);
}

bool maintenance_plan(struct op *op, const struct maintenance_input *input, struct maintenance *out,
                      struct error *err) {
    struct writing writing = { .input = input, .out = out };
    return permission_check(op, PERM_SERVICE, err) && store_write(op, plan_tx, &writing, err);
}

/* --- changing --- */

static bool load_open(struct tx *tx, const struct writing *writing, struct maintenance *out, struct error *err) {
    bool found;
    if (!maintenance_find(tx, writing->id, out, &found, err)) return false;
    if (!found) return ERROR(err, ERR_NOT_FOUND, "maintenance.not_found", "%lld", (long long)writing->id);
    if (writing->version != 0 && writing->version != out->version)
        return ERROR(err, ERR_STALE, "maintenance.stale", "at %lld", (long long)out->version);
    if (maintenance_state_at(out, tx_op(tx)->now_ms) >= MAINTENANCE_COMPLETED)
        return ERROR(err, ERR_CONFLICT, "maintenance.over", "%lld", (long long)writing->id);
    return true;
}

static bool edit_tx(struct tx *tx, void *arg, struct error *err) {
    struct writing *writing = arg;
    struct maintenance m;
    if (!load_open(tx, writing, &m, err)) return false;
    const struct maintenance before = m;
    if (!merge(tx, writing->input, &m, err)) return false;
    bool moved = m.starts_at != before.starts_at || m.ends_at != before.ends_at;
    if (moved && before.public) {
        m.was_starts_at = before.starts_at;
        m.was_ends_at = before.ends_at;
    }
    m.updated_at = tx_op(tx)->now_ms;
    if (!maintenance_row_update(tx, &m, err)) return false;
    *writing->out = m;
    return leave_trace(tx, "maintenance.changed", &m, err);
}

bool maintenance_edit(struct op *op, int64_t id, int64_t version, const struct maintenance_input *input,
                      struct maintenance *out, struct error *err) {
    struct writing writing = { .id = id, .version = version, .input = input, .out = out };
    return permission_check(op, PERM_SERVICE, err) && store_write(op, edit_tx, &writing, err);
}

static bool cancel_one(struct tx *tx, struct maintenance *m, struct error *err) {
    m->cancelled_at = m->updated_at = tx_op(tx)->now_ms;
    return maintenance_row_update(tx, m, err) && leave_trace(tx, "maintenance.cancelled", m, err);
}

static bool cancel_tx(struct tx *tx, void *arg, struct error *err) {
    struct writing *writing = arg;
    struct maintenance m;
    struct maintenance_list later = { 0 };
    if (!load_open(tx, writing, &m, err)) return false;
    if (writing->following && m.series_id != 0 &&
        !maintenance_rows_following(tx, m.series_id, m.starts_at, &later, err))
        return false;
    for (size_t i = 0; i < later.count; i++) {
        if (later.items[i].id != m.id && !cancel_one(tx, &later.items[i], err)) return false;
    }
    if (!cancel_one(tx, &m, err)) return false;
    *writing->out = m;
    return true;
}

bool maintenance_cancel(struct op *op, int64_t id, bool following, struct maintenance *out, struct error *err) {
    struct writing writing = { .id = id, .following = following, .out = out };
    return permission_check(op, PERM_SERVICE, err) && store_write(op, cancel_tx, &writing, err);
}

/* --- reading --- */

static bool load_tx(struct tx *tx, void *arg, struct error *err) {
    const struct writing *writing = arg;
    bool found;
    if (!maintenance_find(tx, writing->id, writing->out, &found, err)) return false;
    return found ? true : ERROR(err, ERR_NOT_FOUND, "maintenance.not_found", "%lld", (long long)writing->id);
}

bool maintenance_load(struct op *op, int64_t id, struct maintenance *out, struct error *err) {
    struct writing writing = { .id = id, .out = out };
    return permission_check(op, PERM_READ, err) && store_read(op, load_tx, &writing, err);
}

struct listing {
    bool past;
    struct maintenance_list *out;
};

static bool list_tx(struct tx *tx, void *arg, struct error *err) {
    const struct listing *listing = arg;
    return maintenance_rows(tx, listing->past, tx_op(tx)->now_ms, listing->out, err);
}

bool maintenance_list(struct op *op, bool past, struct maintenance_list *out, struct error *err) {
    struct listing listing = { past, out };
    return permission_check(op, PERM_READ, err) && store_read(op, list_tx, &listing, err);
}

json_t *maintenance_json(struct op *op, const struct maintenance *m) {
    json_t *json = json_obj(op->arena);
    json_put_id(json, "id", m->id);
    json_put_text(json, "title", m->title);
    json_put_text(json, "title_en", *m->title_en == '\0' ? NULL : m->title_en);
    json_put_text(json, "note", *m->note == '\0' ? NULL : m->note);
    json_put_text(json, "note_en", *m->note_en == '\0' ? NULL : m->note_en);
    json_put_text(json, "service", m->service_id == 0 ? NULL : m->service_key);
    json_put_text(json, "state", maintenance_state_name(maintenance_state_at(m, op->now_ms)));
    json_put_text(json, "starts_at", when_rfc3339(op->arena, m->starts_at));
    json_put_text(json, "ends_at", when_rfc3339(op->arena, m->ends_at));
    json_put_bool(json, "public", m->public);
    json_put_text(json, "cancelled_at", m->cancelled_at == 0 ? NULL : when_rfc3339(op->arena, m->cancelled_at));
    json_put_id(json, "series", m->series_id);
    json_put_text(json, "created_by", m->created_by);
    json_put_text(json, "created_at", when_rfc3339(op->arena, m->created_at));
    json_put_i64(json, "version", m->version);
    return json;
}
