/* What the digest says. */
#include "insight/digest_text.h"

#include "base/arena.h"
#include "base/id.h"
#include "base/str.h"
#include "insight/fairness_rows.h"
#include "oncall/rota.h"
#include "text/holiday.h"
#include "text/i18n.h"
#include "text/when.h"

enum { DAY = 86400, SHIFTS_TOLD = 40, GAPS_TOLD = 10, TEXT_MAX = 32 * 1024 };

struct telling {
    struct tx *tx;
    struct arena *arena;
    const struct i18n *lang;
    struct organisation organisation;
    struct buf text;
    int64_t from, until; /* unix seconds */
};

static const char *when(const struct telling *telling, int64_t seconds) {
    if (seconds == TIME_ALWAYS || seconds == TIME_NEVER) return "…";
    return when_long(telling->arena, telling->organisation.tz, telling->lang, seconds * 1000);
}

static void say_line(struct telling *telling, const char *key, const struct i18n_arg *args, size_t count) {
    buf_puts(&telling->text, i18n_format(telling->lang, telling->arena, key, args, count));
    buf_putc(&telling->text, '\n');
}

static void tell_gaps(struct telling *telling, const struct range_answer *answer) {
    for (size_t i = 0; i < answer->gap_count && i < GAPS_TOLD; i++) {
        const struct gap *gap = &answer->gaps[i];
        say_line(telling, "digest.gap",
                 I18N_ARGS({ "from", when(telling, gap->start) }, { "until", when(telling, gap->end) }));
    }
}

static bool tell_role(struct telling *telling, const struct schedule *schedule, enum duty_role role,
                      struct error *err) {
    struct range range = { telling->from, telling->until, role, VIEW_FINAL };
    struct range_answer answer;
    if (!schedule_range(schedule, &range, telling->arena, &answer, err)) return false;
    const char *key = role == DUTY_PRIMARY ? "digest.primary" : "digest.secondary";
    for (size_t i = 0; i < answer.shift_count && i < SHIFTS_TOLD; i++) {
        struct shift shift = answer.shifts[i];
        struct shift_search search = { range, shift.person, 0 };
        search.at.from = shift.start;
        if (shift.clipped && !schedule_shift_around(schedule, &search, telling->arena, &shift))
            shift = answer.shifts[i]; /* says when it really begins and ends */
        say_line(telling, key,
                 I18N_ARGS({ "name", schedule->names[shift.person] }, { "from", when(telling, shift.start) },
                           { "until", when(telling, shift.end) }));
    }
    if (role == DUTY_PRIMARY) tell_gaps(telling, &answer);
    return true;
}

static bool tell_schedules(struct telling *telling, struct error *err) {
    struct rota_list rotas;
    if (!rota_all(telling->tx, &rotas, err)) return false;
    if (rotas.count == 0) say_line(telling, "digest.no_schedules", NULL, 0);
    for (size_t i = 0; i < rotas.count; i++) {
        struct schedule *schedule;
        if (!rota_schedule(telling->tx, &rotas.items[i], &schedule, err)) return false;
        say_line(telling, "digest.schedule", I18N_ARGS({ "name", rotas.items[i].name }));
        if (!tell_role(telling, schedule, DUTY_PRIMARY, err) || !tell_role(telling, schedule, DUTY_SECONDARY, err))
            return false;
        buf_putc(&telling->text, '\n');
    }
    return true;
}

static void tell_holidays(struct telling *telling) {
    const struct tz *tz = telling->organisation.tz;
    int64_t first = (telling->from + tz_offset(tz, telling->from)) / DAY;
    for (int64_t day = first; day < first + DIGEST_DAYS; day++) {
        struct holiday holiday;
        if (!organisation_holiday_on(&telling->organisation, day)) continue;
        const char *name = holiday_find(day, &holiday) ? holiday_name(telling->arena, telling->lang, &holiday)
                                                       : i18n_text(telling->lang, "calendar.kind.company");
        say_line(
            telling, "digest.holiday",
            I18N_ARGS({ "date", when_date(telling->arena, tz, tz_resolve(tz, day * DAY) * 1000) }, { "name", name }));
    }
}

/* Whoever was called twenty times or more. */
static bool tell_pages(struct telling *telling, struct error *err) {
    struct fairness_people people;
    struct fairness_pages pages;
    if (!fairness_sql_people(telling->tx, &people, err) ||
        !fairness_sql_pages(telling->tx, telling->from - (int64_t)DIGEST_DAYS * DAY, telling->from, &pages, err))
        return false;
    for (size_t i = 0; i < people.count; i++) {
        int64_t count = 0;
        for (size_t j = 0; j < pages.count; j++) count += str_eq(pages.items[j].user, people.items[i].id);
        if (count < FAIRNESS_PAGES_A_WEEK) continue;
        say_line(telling, "digest.paged",
                 I18N_ARGS({ "name", people.items[i].name },
                           { "count", arena_printf(telling->arena, "%lld", (long long)count) }));
    }
    return true;
}

bool digest_text(struct tx *tx, const char **out, struct error *err) {
    struct op *op = tx_op(tx);
    struct telling telling = { .tx = tx, .arena = op->arena, .from = op->now_ms / 1000 };
    if (!organisation_find(tx, &telling.organisation, err)) return false;
    telling.lang = i18n_get(telling.organisation.lang);
    telling.until = telling.from + (int64_t)DIGEST_DAYS * DAY;
    buf_init(&telling.text, op->arena, TEXT_MAX);
    say_line(&telling, "digest.heading",
             I18N_ARGS({ "from", when(&telling, telling.from) }, { "until", when(&telling, telling.until) }));
    buf_putc(&telling.text, '\n');
    if (!tell_schedules(&telling, err) || !tell_pages(&telling, err)) return false;
    tell_holidays(&telling);
    *out = telling.text.data;
    return true;
}
