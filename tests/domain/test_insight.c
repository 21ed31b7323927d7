/* Insight against an independent calculation: 2,000 incidents of three years, and the same figures asked of the
 * database in another way (sums, ordered rows and arithmetic in SQL, where the room reads facts and counts in C). */
#include "support/incidents.h"

#include "base/buf.h"
#include "insight/insight.h"
#include "policy/organisation.h"
#include "service/service.h"

#include <string.h>

enum { INCIDENTS = 2000, BATCH = 100, YEARS = 3, SERVICES = 5 };

static uint32_t seed = 1;

static int64_t pick(int64_t below) {
    seed ^= seed << 13;
    seed ^= seed >> 17;
    seed ^= seed << 5;
    return (int64_t)(((uint64_t)seed << 20 ^ seed) % (uint64_t)below);
}

static const char *or_null(struct arena *arena, bool known, int64_t at) {
    return known ? arena_printf(arena, "%lld", (long long)at) : "NULL";
}

static void add_row(struct fixture *f, struct buf *sql, int number, int64_t first, const int64_t *services) {
    static const char *const SEVERITIES[] = { "'P1'", "'P2'", "'P3'" };
    static const char *const STATES[] = { "recovered", "closed", "open", "acknowledged", "false_alarm", "merged" };
    static const char *const KINDS[] = { "normal", "normal", "normal", "backfilled", "drill" };
    static const char *const CATEGORIES[] = { "NULL", "'infrastructure'", "'application'", "'external'" };
    struct arena *arena = f->arena;
    const char *state = STATES[pick(6)];
    bool over = state[0] == 'r' || state[0] == 'c';
    bool stated = pick(10) > 0;
    int64_t started = first + pick((int64_t)YEARS * 365 * DAY), declared = started + pick(90) * MINUTE + pick(MINUTE);
    int64_t begin = stated ? started : declared;
    int64_t detected = started + pick(40) * MINUTE - (pick(30) == 0 ? HOUR : 0); /* some before they began */
    int64_t recovered = begin + pick(600) * MINUTE + pick(MINUTE);
    buf_printf(
        sql,
        "%s(%d, 'INC-T-%d', 't', %s, '%s', %d, '%s', %s, %s, 'ko', %lld, %s, %s, %s, %lld, %s, %lld, 0, 0, 1, 1, "
        "0, 0)",
        number % BATCH == 0 ? "" : ", ", number + 1, number + 1, SEVERITIES[pick(3)], state, over ? 0 : 1,
        KINDS[pick(5)], CATEGORIES[pick(4)], or_null(arena, pick(4) > 0, services[pick(SERVICES)]), (long long)begin,
        or_null(arena, stated, started), or_null(arena, pick(5) > 0, detected), or_null(arena, over, recovered),
        (long long)declared, or_null(arena, pick(4) > 0, declared + pick(30) * MINUTE), (long long)recovered);
}

static void fill(struct fixture *f, int64_t first) {
    int64_t services[SERVICES];
    for (int i = 0; i < SERVICES; i++) {
        const char *key = arena_printf(f->arena, "service-%d", i);
        struct service service;
        OK(service_add(fixture_op(f), &(struct service_input){ .key = key, .name = key }, &service, &f->err));
        services[i] = service.id;
    }
    for (int at_row = 0; at_row < INCIDENTS; at_row += BATCH) {
        struct buf sql;
        buf_init(&sql, f->arena, 64 * 1024);
        buf_puts(&sql,
                 "INSERT INTO incident (id, ref, title, severity, state, active, kind, category, service_id, lang, "
                 "begin_at, started_at, detected_at, recovered_at, declared_at, acknowledged_at, updated_at, "
                 "policy_version, needs_commander, version, last_seq, last_update_seq, last_help_seq) VALUES ");
        for (int i = at_row; i < at_row + BATCH; i++) add_row(f, &sql, i, first, services);
        assert_false(sql.overflow);
        fixture_exec(f, sql.data);
    }
    fixture_exec(f,
                 "INSERT INTO incident_relation (incident_id, other_id, kind, at) "
                 "SELECT id, id - 1, 'recurrence', 0 FROM incident WHERE id % 7 = 0");
    fixture_exec(f,
                 "INSERT INTO incident_clock (incident_id, kind, round, due_at, state, stopped, reminders) SELECT id, "
                 "CASE id % 3 WHEN 0 THEN 'update' WHEN 1 THEN 'report' ELSE 'retro' END, 1, 0, "
                 "CASE id % 5 WHEN 0 THEN 'missed' WHEN 1 THEN 'pending' WHEN 2 THEN 'waived' ELSE 'met' END, 0, 0 "
                 "FROM incident");
}

/* --- asked of the database --- */

static char within[512]; /* which incidents count */

static int64_t ask(struct fixture *f, const char *what, const char *more) {
    return fixture_number(
        f, arena_printf(f->arena, "SELECT COALESCE(%s, 0) FROM incident i WHERE %s AND %s", what, within, more));
}

/* The n-th smallest of a difference in whole minutes. */
static int64_t nth(struct fixture *f, const char *from, const char *until, const char *known, int64_t n) {
    return fixture_number(f, arena_printf(f->arena,
                                          "SELECT i.%s / 60000 - i.%s / 60000 FROM incident i WHERE %s AND %s "
                                          "ORDER BY 1 LIMIT 1 OFFSET %lld",
                                          until, from, within, known, (long long)n));
}

static void same_measure(struct fixture *f, const struct measure_figures *figures, const char *from,
                         const char *until) {
    const char *known =
        arena_printf(f->arena, "i.%s IS NOT NULL AND i.%s IS NOT NULL AND i.%s >= i.%s", from, until, until, from);
    int64_t count = ask(f, "count(*)", known);
    assert_int_equal(figures->recorded, count);
    if (count <= 50) fail_msg("%lld incidents tell nothing", (long long)count);
    int64_t low = nth(f, from, until, known, (count - 1) / 2), high = nth(f, from, until, known, count / 2);
    assert_int_equal(figures->median, (low + high) / 2);
    assert_int_equal(figures->p90, nth(f, from, until, known, (count * 9 + 9) / 10 - 1));
    const char *minutes = arena_printf(f->arena, "sum(i.%s / 60000 - i.%s / 60000)", until, from);
    assert_int_equal(figures->mean, ask(f, arena_printf(f->arena, "CAST(%s AS BIGINT)", minutes), known) / count);
}

#define DOWN \
    "CAST(sum(CASE WHEN i.recovered_at > 0 THEN i.recovered_at / 60000 - i.begin_at / 60000 ELSE 0 END) AS BIGINT)"

static void same_tallies(struct fixture *f, const struct tally_list *list, const char *column) {
    int64_t seen = 0;
    for (size_t i = 0; i < list->count; i++) {
        const struct tally *tally = &list->items[i];
        const char *where = arena_printf(f->arena, "COALESCE(%s, '') = '%s'", column, tally->key);
        assert_int_equal(tally->count, ask(f, "count(*)", where));
        assert_int_equal(tally->down_minutes, ask(f, DOWN, where));
        if (i > 0) assert_true(list->items[i - 1].count >= tally->count);
        seen += tally->count;
    }
    assert_int_equal(seen, ask(f, "count(*)", "1 = 1")); /* nobody is left out */
}

static void same_clocks(struct fixture *f, const struct punctuality *figures, const char *kind) {
    static const char *const STATES[] = { "met", "missed", "pending" };
    const int64_t got[] = { figures->met, figures->missed, figures->pending };
    for (size_t i = 0; i < 3; i++) {
        const char *where = arena_printf(
            f->arena,
            "EXISTS (SELECT 1 FROM incident_clock c WHERE c.incident_id = i.id AND c.kind = '%s' AND c.state = '%s')",
            kind, STATES[i]);
        assert_int_equal(got[i], ask(f, "count(*)", where));
    }
    assert_int_equal(figures->percent, got[0] * 100 / (got[0] + got[1]));
}

/* Seoul has stood nine hours ahead for all of these years. */
#define HOURS "((i.begin_at / 3600000) + 9)"

static void same_figures(struct fixture *f, const struct insight_period *period) {
    struct insight got;
    OK(insight_compute(fixture_op(f), period, &got, &f->err));
    assert_int_equal(got.total, ask(f, "count(*)", "1 = 1"));
    assert_int_equal(got.recovered, ask(f, "count(*)", "i.recovered_at IS NOT NULL"));
    assert_int_equal(got.open, ask(f, "count(*)", "i.active = 1"));
    assert_int_equal(got.recurrences, ask(f, "count(*)", "i.id % 7 = 0"));
    same_measure(f, &got.measures[MEASURE_DETECT], "started_at", "detected_at");
    same_measure(f, &got.measures[MEASURE_RECOVER], "started_at", "recovered_at");
    assert_int_equal(got.measures[MEASURE_DETECT].invalid, ask(f, "count(*)", "i.detected_at < i.started_at"));
    assert_int_equal(got.measures[MEASURE_DETECT].pending,
                     ask(f, "count(*)", "(i.detected_at IS NULL OR i.started_at IS NULL)"));
    const struct measure_figures *ack = &got.measures[MEASURE_ACKNOWLEDGE];
    assert_int_equal(ack->recorded, ask(f, "count(*)", "i.acknowledged_at IS NOT NULL"));
    assert_int_equal(ack->recorded + ack->pending + ack->not_applicable + ack->invalid, got.total);
    same_tallies(f, &got.by_severity, "i.severity");
    same_tallies(f, &got.by_category, "i.category");
    same_tallies(f, &got.by_service, "(SELECT s.service_key FROM service s WHERE s.id = i.service_id)");
    for (int hour = 0; hour < INSIGHT_HOURS; hour++) {
        const char *where = arena_printf(f->arena, HOURS " %% 24 = %d", hour);
        assert_int_equal(got.by_hour[hour], ask(f, "count(*)", where));
    }
    for (int day = 0; day < INSIGHT_WEEKDAYS; day++) { /* 1970-01-01 was a Thursday */
        const char *where = arena_printf(f->arena, "(" HOURS " / 24 + 3) %% 7 = %d", day);
        assert_int_equal(got.by_weekday[day], ask(f, "count(*)", where));
    }
    int64_t months = 0;
    for (size_t i = 0; i < got.by_month.count; i++) months += got.by_month.items[i].count;
    assert_int_equal(months, got.total);
    same_clocks(f, &got.updates, "update");
    same_clocks(f, &got.reports, "report");
    same_clocks(f, &got.retros, "retro");
}

static void test_figures_equal_another_calculation(void **state) {
    struct fixture *f = *state;
    int64_t first = at("2023-01-01T00:00:00+09:00"), until = first + (int64_t)YEARS * 365 * DAY;
    seed = 1;
    fixture_set_now(f, until);
    fill(f, first);
    static const char COUNTED[] = "i.kind IN ('normal', 'backfilled') AND i.state NOT IN ('false_alarm', 'merged')";
    snprintf(within, sizeof within, "%s AND i.begin_at >= %lld AND i.begin_at < %lld", COUNTED, (long long)first,
             (long long)until);
    same_figures(f, &(struct insight_period){ .from = first, .until = until });
    int64_t from = at("2024-03-05T00:00:00+09:00");
    snprintf(within, sizeof within, "%s AND i.begin_at >= %lld AND i.begin_at < %lld AND i.severity = 'P2'", COUNTED,
             (long long)from, (long long)until);
    same_figures(f, &(struct insight_period){ .from = from, .until = until, .severity = "P2" });
}

static void test_a_filter_that_names_nothing_is_refused(void **state) {
    struct fixture *f = *state;
    struct insight got;
    int64_t now = f->op.now_ms == 0 ? FIXTURE_NOW : f->op.now_ms;
    struct insight_period period = { .from = now - DAY, .until = now, .severity = "P9", .service = "none" };
    REFUSED(insight_compute(fixture_op(f), &period, &got, &f->err), ERR_INVALID, "input.invalid");
    assert_true(has_field(&f->op, "severity", "one_of"));
    assert_true(has_field(&f->op, "service", "unknown"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        FIXTURE_TEST(test_figures_equal_another_calculation),
        FIXTURE_TEST(test_a_filter_that_names_nothing_is_refused),
    };
    incidents_start();
    return fixture_run("insight", tests, sizeof tests / sizeof *tests);
}
