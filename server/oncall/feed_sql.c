/* Calendar feeds: rows, and the calendar made from the shifts of the one function. */
#include "oncall/feed.h"
#include "oncall/plan.h"

#include "base/arena.h"
#include "base/id.h"
#include "base/str.h"
#include "ledger/ledger.h"
#include "people/permission.h"
#include "policy/organisation.h"
#include "text/i18n.h"
#include "text/ical.h"

#include <string.h>

SQL(SQL_FEED_INSERT, "itiIi", "",
    "INSERT INTO schedule_feed (id, token_hash, owner_id, schedule_id, created_at) VALUES (?1, ?2, ?3, ?4, ?5)");
SQL(SQL_FEED_DELETE, "ii", "", "DELETE FROM schedule_feed WHERE id = ?1 AND owner_id = ?2");
SQL(SQL_FEEDS, "ii", "iiIi",
    "SELECT id, owner_id, schedule_id, created_at FROM schedule_feed WHERE owner_id = ?1 ORDER BY id LIMIT ?2");
SQL(SQL_FEED_FIND, "t", "iiIittt",
    "SELECT f.id, f.owner_id, f.schedule_id, f.created_at, u.name, u.lang, u.zone FROM schedule_feed f "
    "JOIN user_account u ON u.id = f.owner_id WHERE f.token_hash = ?1 AND u.disabled_at IS NULL");

static const struct sql *const STATEMENTS[] = { &SQL_FEED_INSERT, &SQL_FEED_DELETE, &SQL_FEEDS, &SQL_FEED_FIND };
const struct sql_list FEED_STATEMENTS = { "feed", STATEMENTS, sizeof STATEMENTS / sizeof *STATEMENTS };

static struct feed feed_of(const struct rows *row) {
    return (struct feed){ rows_i64(row, 0), rows_i64(row, 1), rows_i64(row, 2), rows_i64(row, 3) };
}

/* --- one's own feeds --- */

struct adding {
    const char *which;
    char hash[SECRET_HASH_SIZE];
    struct feed feed;
    struct feed_list list;
};

static bool list_in_tx(struct tx *tx, void *arg, struct error *err) {
    struct adding *adding = arg;
    struct rows rows;
    if (!tx_query(tx, &SQL_FEEDS, ARGS(I64(tx_op(tx)->actor->user_id), I64(FEEDS_A_PERSON)), &rows, err)) return false;
    adding->list = (struct feed_list){ ARENA_ARRAY(tx_op(tx)->arena, rows.count, struct feed), 0 };
    while (rows_next(&rows)) adding->list.items[adding->list.count++] = feed_of(&rows);
    return true;
}

static bool add_in_tx(struct tx *tx, void *arg, struct error *err) {
    struct adding *adding = arg;
    struct rota rota = { 0 };
    if (!list_in_tx(tx, adding, err)) return false;
    if (adding->list.count >= FEEDS_A_PERSON) return ERROR(err, ERR_LIMIT, "request.limit", "50 feeds");
    if (adding->which != NULL && !rota_find(tx, adding->which, &rota, err)) return false;
    const struct feed *feed = &adding->feed;
    adding->feed.schedule_id = rota.id;
    return tx_exec(tx, &SQL_FEED_INSERT,
                   ARGS(I64(feed->id), TXT(adding->hash), I64(feed->owner_id), OPT_ID(feed->schedule_id),
                        I64(feed->created_ms)),
                   NULL, err) &&
           audit_add(tx, "schedule.feed_added", arena_printf(tx_op(tx)->arena, "feed/%lld", (long long)feed->id), NULL,
                     err);
}

bool feed_add(struct op *op, const char *which, char token[SECRET_TOKEN_SIZE], struct feed *out, struct error *err) {
    if (!permission_check(op, PERM_SELF, err)) return false;
    struct adding adding = { .which = which, .feed = { id_new(op->now_ms), op->actor->user_id, 0, op->now_ms } };
    secret_token(token);
    secret_hash(token, strlen(token), adding.hash);
    if (!store_write(op, add_in_tx, &adding, err)) return false;
    *out = adding.feed;
    return true;
}

static bool remove_in_tx(struct tx *tx, void *arg, struct error *err) {
    const int64_t *id = arg;
    int64_t gone;
    if (!tx_exec(tx, &SQL_FEED_DELETE, ARGS(I64(*id), I64(tx_op(tx)->actor->user_id)), &gone, err)) return false;
    if (gone == 0) return ERROR(err, ERR_NOT_FOUND, "schedule.feed_not_found", "%lld", (long long)*id);
    return audit_add(tx, "schedule.feed_removed", arena_printf(tx_op(tx)->arena, "feed/%lld", (long long)*id), NULL,
                     err);
}

bool feed_remove(struct op *op, int64_t id, struct error *err) {
    return permission_check(op, PERM_SELF, err) && store_write(op, remove_in_tx, &id, err);
}

bool feed_list(struct op *op, struct feed_list *out, struct error *err) {
    struct adding adding = { 0 };
    if (!permission_check(op, PERM_SELF, err) || !store_read(op, list_in_tx, &adding, err)) return false;
    *out = adding.list;
    return true;
}

/* --- the calendar --- */

struct calendar {
    const char *hash;
    struct ical ical;
    struct buf *out;
    struct feed feed;
    const char *owner, *zone; /* name, and "" for the organisation's zone */
    const struct i18n *lang; /* the owner's */
};

static const char *name_of(const struct schedule *schedule, int64_t user_id) {
    char id[ID_TEXT_SIZE];
    (void)id_text(user_id, id);
    for (size_t i = 0; i < schedule->people_count; i++) {
        if (str_eq(schedule->people[i], id)) return schedule->names[i];
    }
    return "?";
}

static void add_shift(struct op *op, struct calendar *calendar, const struct plan_row *row, const char *person) {
    const char *key = row->role == DUTY_PRIMARY ? "oncall.feed_primary" : "oncall.feed_secondary";
    struct ical_event event = { .uid = row->uid,
                                .changed_ms = row->changed_ms,
                                .sequence = row->sequence,
                                .start_ms = row->start * 1000,
                                .end_ms = row->end * 1000,
                                .cancelled = row->cancelled };
    event.summary = i18n_format(calendar->lang, op->arena, key,
                                I18N_ARGS({ "person", person }, { "schedule", row->schedule_name }));
    ical_event(&calendar->ical, &event);
}

static bool add_schedule(struct tx *tx, struct calendar *calendar, const struct rota *rota,
                         const struct schedule *schedule, struct error *err) {
    struct plan plan;
    if (!plan_of(tx, rota, schedule, &plan, err) || !plan_told(tx, rota, &plan, err)) return false;
    for (size_t i = 0; i < plan.count; i++) {
        const struct plan_row *row = &plan.items[i];
        if (calendar->feed.schedule_id == 0 && row->user_id != calendar->feed.owner_id) continue;
        add_shift(tx_op(tx), calendar, row, name_of(schedule, row->user_id));
    }
    return true;
}

/* One's own shifts in schedules that were deleted. */
static bool add_orphans(struct tx *tx, struct calendar *calendar, struct error *err) {
    struct plan plan;
    if (calendar->feed.schedule_id != 0) return true;
    if (!plan_orphans(tx, calendar->feed.owner_id, &plan, err)) return false;
    for (size_t i = 0; i < plan.count; i++) add_shift(tx_op(tx), calendar, &plan.items[i], calendar->owner);
    return true;
}

/* A schedule's feed is in its zone, one's own shifts in one's own. */
static bool begin(struct tx *tx, struct calendar *calendar, const struct rota *rota, const struct schedule *schedule,
                  struct error *err) {
    struct op *op = tx_op(tx);
    struct organisation organisation;
    int64_t today = op->now_ms / 86400000;
    const struct tz *tz = schedule == NULL ? NULL : schedule->zone;
    if (!organisation_find(tx, &organisation, err)) return false;
    if (tz == NULL && (calendar->zone[0] == '\0' || !tz_find(calendar->zone, &tz, err))) tz = organisation.tz;
    const char *name = rota != NULL ? rota->name : i18n_text(calendar->lang, "oncall.feed_name");
    ical_begin(&calendar->ical, calendar->out, name, tz_name(tz));
    ical_zone(&calendar->ical, tz, (today - PLAN_DAYS_BACK) * 86400, (today + PLAN_DAYS_AHEAD) * 86400);
    return true;
}

static bool find_feed(struct tx *tx, struct calendar *calendar, struct error *err) {
    struct rows row;
    bool found;
    if (!tx_query_one(tx, &SQL_FEED_FIND, ARGS(TXT(calendar->hash)), &row, &found, err)) return false;
    if (!found) return ERROR(err, ERR_NOT_FOUND, "schedule.feed_not_found", "no such token");
    calendar->feed = feed_of(&row);
    calendar->owner = rows_text(&row, 4);
    calendar->lang = i18n_get(rows_text(&row, 5));
    calendar->zone = rows_text(&row, 6);
    return true;
}

static bool calendar_in_tx(struct tx *tx, void *arg, struct error *err) {
    struct calendar *calendar = arg;
    struct rota_list list;
    char which[ID_TEXT_SIZE];
    if (!find_feed(tx, calendar, err)) return false;
    struct rota one;
    bool all = calendar->feed.schedule_id == 0;
    if (all ? !rota_all(tx, &list, err) : !rota_find(tx, id_text(calendar->feed.schedule_id, which), &one, err))
        return false;
    if (!all) list = (struct rota_list){ &one, 1 };
    if (all && !begin(tx, calendar, NULL, NULL, err)) return false;
    for (size_t i = 0; i < list.count; i++) {
        struct schedule *schedule;
        if (!rota_schedule(tx, &list.items[i], &schedule, err)) return false;
        if (!all && !begin(tx, calendar, &list.items[i], schedule, err)) return false;
        if (!add_schedule(tx, calendar, &list.items[i], schedule, err)) return false;
    }
    if (!add_orphans(tx, calendar, err)) return false;
    ical_end(&calendar->ical);
    return true;
}

bool feed_calendar(struct op *op, const char *token, struct buf *out, struct error *err) {
    char hash[SECRET_HASH_SIZE];
    secret_hash(token, strlen(token), hash);
    buf_init(out, op->arena, FEED_SIZE_MAX);
    struct calendar calendar = { .hash = hash, .out = out };
    if (!store_read(op, calendar_in_tx, &calendar, err)) return false;
    return !out->overflow || ERROR(err, ERR_TOO_LARGE, "request.answer_too_large", "feed over 8 MiB");
}
