/* Calendar feeds: rows, and the calendar made from the shifts of the one function. */
#include "oncall/feed.h"
#include "oncall/rota.h"

#include "base/arena.h"
#include "base/id.h"
#include "base/str.h"
#include "ledger/ledger.h"
#include "people/permission.h"
#include "text/i18n.h"
#include "text/ical.h"

#include <string.h>

SQL(SQL_FEED_INSERT, "itiIi", "",
    "INSERT INTO schedule_feed (id, token_hash, owner_id, schedule_id, created_at) VALUES (?1, ?2, ?3, ?4, ?5)");
SQL(SQL_FEED_DELETE, "ii", "", "DELETE FROM schedule_feed WHERE id = ?1 AND owner_id = ?2");
SQL(SQL_FEEDS, "ii", "iiIi",
    "SELECT id, owner_id, schedule_id, created_at FROM schedule_feed WHERE owner_id = ?1 ORDER BY id LIMIT ?2");
SQL(SQL_FEED_FIND, "t", "iiIi",
    "SELECT f.id, f.owner_id, f.schedule_id, f.created_at FROM schedule_feed f "
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
};

/* The same shift keeps its uid for ever: who, in what, from when. */
static const char *uid(struct arena *arena, const struct schedule *schedule, const struct shift *shift) {
    char hash[SECRET_HASH_SIZE];
    const char *what = arena_printf(arena, "%lld/%d/%s/%lld", (long long)schedule->id, (int)shift->role,
                                    schedule->people[shift->person], (long long)shift->start);
    secret_hash(what, strlen(what), hash);
    return arena_printf(arena, "%.32s@bongsu", hash);
}

static void add_shift(struct op *op, struct calendar *calendar, const struct rota *rota,
                      const struct schedule *schedule, const struct shift *shift) {
    const char *key = shift->role == DUTY_PRIMARY ? "oncall.feed_primary" : "oncall.feed_secondary";
    struct ical_event event = { .uid = uid(op->arena, schedule, shift),
                                .changed_ms = rota->updated_ms,
                                .sequence = rota->version,
                                .start_ms = shift->start * 1000,
                                .end_ms = shift->end * 1000 };
    event.summary = i18n_format(op->lang, op->arena, key,
                                I18N_ARGS({ "person", schedule->names[shift->person] }, { "schedule", rota->name }));
    ical_event(&calendar->ical, &event);
}

/* A shift cut by the feed's range would get another start, and so another uid, every day. */
static void whole_shift(struct op *op, const struct schedule *schedule, const struct range *range,
                        struct shift *shift) {
    struct shift_search search = { *range, shift->person, 0 };
    struct shift whole;
    search.at.from = shift->start;
    if (!schedule_shift_around(schedule, &search, op->arena, &whole)) return;
    if (whole.start != TIME_ALWAYS) shift->start = whole.start;
    if (whole.end != TIME_NEVER) shift->end = whole.end;
}

static bool add_schedule(struct tx *tx, struct calendar *calendar, const struct rota *rota, struct error *err) {
    struct op *op = tx_op(tx);
    struct schedule *schedule;
    char owner[ID_TEXT_SIZE];
    int64_t today = op->now_ms / 86400000;
    if (!rota_schedule(tx, rota, &schedule, err)) return false;
    (void)id_text(calendar->feed.owner_id, owner);
    for (int role = DUTY_PRIMARY; role <= DUTY_SECONDARY; role++) {
        struct range range = { (today - FEED_DAYS_BACK) * 86400, (today + FEED_DAYS_AHEAD) * 86400,
                               (enum duty_role)role, VIEW_FINAL };
        struct range_answer answer;
        if (!schedule_range(schedule, &range, op->arena, &answer, err)) return false;
        for (size_t i = 0; i < answer.shift_count; i++) {
            struct shift shift = answer.shifts[i];
            if (calendar->feed.schedule_id == 0 && !str_eq(schedule->people[shift.person], owner)) continue;
            if (shift.clipped) whole_shift(op, schedule, &range, &shift);
            add_shift(op, calendar, rota, schedule, &shift);
        }
    }
    return true;
}

static bool calendar_in_tx(struct tx *tx, void *arg, struct error *err) {
    struct calendar *calendar = arg;
    struct op *op = tx_op(tx);
    struct rota_list list;
    struct rows row;
    bool found;
    if (!tx_query_one(tx, &SQL_FEED_FIND, ARGS(TXT(calendar->hash)), &row, &found, err)) return false;
    if (!found) return ERROR(err, ERR_NOT_FOUND, "schedule.feed_not_found", "no such token");
    calendar->feed = feed_of(&row);
    if (!rota_all(tx, &list, err)) return false;
    ical_begin(&calendar->ical, calendar->out, i18n_text(op->lang, "oncall.feed_name"), "Asia/Seoul");
    for (size_t i = 0; i < list.count; i++) {
        if (calendar->feed.schedule_id != 0 && calendar->feed.schedule_id != list.items[i].id) continue;
        if (!add_schedule(tx, calendar, &list.items[i], err)) return false;
    }
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
