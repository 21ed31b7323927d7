/* See fairness.h. */
#include "insight/fairness_rows.h"

#include "base/arena.h"
#include "base/id.h"
#include "base/str.h"
#include "oncall/people_index.h"
#include "oncall/rota.h"
#include "people/permission.h"

#include <string.h>

enum { DAY = 86400, WEEK = 7 * DAY, MONTH_LEN = 7, DAYS_AROUND = 8, YEAR_FIRST = 2000, YEAR_LAST = 2100 };

/* A person's spans while they are collected. */
struct spans {
    struct span *items;
    size_t count, room;
};

struct computing {
    struct fairness *out;
    struct organisation organisation;
    struct fairness_days days;
    struct fairness_people people;
    struct people_index index; /* id → its place in people */
    struct spans *spans[2]; /* by role, one a person */
    const char *month;
};

/* --- the month --- */

static const char *month_text(struct arena *arena, int64_t months) {
    return arena_printf(arena, "%04lld-%02lld", (long long)(months / 12), (long long)(months % 12 + 1));
}

static bool read_month(struct op *op, const char *text, const struct tz *tz, int64_t *months) {
    struct civil today;
    int64_t year, month;
    tz_local(tz, op->now_ms / 1000, &today);
    *months = today.year * 12 + today.month - 1;
    if (str_blank(text)) return true;
    bool fine = strlen(text) == MONTH_LEN && text[4] == '-' && str_to_i64(arena_strn(op->arena, text, 4), &year) &&
                str_to_i64(text + 5 + (text[5] == '0'), &month) && year >= YEAR_FIRST && year <= YEAR_LAST &&
                month >= 1 && month <= 12;
    if (!fine) op_field_error(op, "month", "malformed", NULL);
    else *months = year * 12 + month - 1;
    return fine;
}

static int64_t midnight(const struct tz *tz, int64_t day) {
    return tz_resolve(tz, day * DAY);
}

static bool begin(struct tx *tx, struct computing *c, struct error *err) {
    struct op *op = tx_op(tx);
    int64_t months;
    if (!organisation_find(tx, &c->organisation, err)) return false;
    if (!read_month(op, c->month, c->organisation.tz, &months)) return OP_INVALID(op, err);
    int64_t first = civil_days(months / 12, (int)(months % 12) + 1, 1);
    int64_t after = civil_days((months + 1) / 12, (int)((months + 1) % 12) + 1, 1);
    fairness_days_init(&c->days, &c->organisation, first - DAYS_AROUND, (size_t)(after - first) + 2 * DAYS_AROUND,
                       op->arena);
    *c->out = (struct fairness){ .month = month_text(op->arena, months),
                                 .before = months > YEAR_FIRST * 12 ? month_text(op->arena, months - 1) : NULL,
                                 .after = months < YEAR_LAST * 12 ? month_text(op->arena, months + 1) : NULL,
                                 .from = midnight(c->organisation.tz, first),
                                 .until = midnight(c->organisation.tz, after) };
    c->out->running = c->out->until > op->now_ms / 1000;
    return true;
}

/* --- hours --- */

static void keep_span(struct computing *c, struct arena *arena, const struct shift *shift, const char *user) {
    int32_t place = people_index_find(&c->index, user);
    if (place < 0) return;
    struct spans *spans = &c->spans[shift->role][place];
    if (spans->count == spans->room) {
        spans->room = spans->room == 0 ? 8 : spans->room * 2;
        struct span *grown = ARENA_ARRAY(arena, spans->room, struct span);
        if (spans->count > 0) memcpy(grown, spans->items, spans->count * sizeof *grown);
        spans->items = grown;
    }
    spans->items[spans->count++] = (struct span){ shift->start, shift->end };
}

static bool add_schedule(struct tx *tx, struct computing *c, const struct rota *rota, struct error *err) {
    struct arena *arena = tx_op(tx)->arena;
    struct schedule *schedule;
    struct range_answer answer;
    if (!rota_schedule(tx, rota, &schedule, err)) return false;
    for (int role = DUTY_PRIMARY; role <= DUTY_SECONDARY; role++) {
        struct range range = { c->out->from, c->out->until, (enum duty_role)role, VIEW_FINAL };
        if (!schedule_range(schedule, &range, arena, &answer, err)) return false;
        for (size_t i = 0; i < answer.shift_count; i++)
            keep_span(c, arena, &answer.shifts[i], schedule->people[answer.shifts[i].person]);
        if (role != DUTY_PRIMARY) continue;
        struct fairness_schedule *row = &c->out->schedules[c->out->schedule_count++];
        *row = (struct fairness_schedule){ .key = rota->key, .name = rota->name };
        schedule_quality(schedule, &range, &answer, arena, &row->quality);
    }
    return true;
}

static bool add_hours(struct tx *tx, struct computing *c, struct error *err) {
    struct rota_list rotas;
    struct arena *arena = tx_op(tx)->arena;
    if (!rota_all(tx, &rotas, err)) return false;
    c->out->schedules = ARENA_ARRAY(arena, rotas.count, struct fairness_schedule);
    for (size_t i = 0; i < rotas.count; i++) {
        if (!add_schedule(tx, c, &rotas.items[i], err)) return false;
    }
    for (size_t i = 0; i < c->people.count; i++) {
        struct spans *primary = &c->spans[DUTY_PRIMARY][i], *secondary = &c->spans[DUTY_SECONDARY][i];
        primary->count = spans_join(primary->items, primary->count);
        secondary->count = spans_join(secondary->items, secondary->count);
        struct span *rest = ARENA_ARRAY(arena, primary->count + secondary->count, struct span);
        size_t left = spans_without(secondary->items, secondary->count, primary->items, primary->count, rest);
        for (size_t j = 0; j < primary->count; j++)
            fairness_add_time(&c->days, primary->items[j].from, primary->items[j].until, &c->people.items[i].primary);
        for (size_t j = 0; j < left; j++)
            fairness_add_time(&c->days, rest[j].from, rest[j].until, &c->people.items[i].secondary);
    }
    return true;
}

/* --- pages --- */

struct paging {
    int64_t last, week; /* the page before, the Monday of the week being counted */
    int64_t in_week;
};

static int64_t monday_of(const struct tz *tz, int64_t at) {
    int64_t wall = at + tz_offset(tz, at), day = wall / DAY;
    return midnight(tz, day - civil_weekday(day));
}

static void count_page(struct computing *c, const struct fairness_page *page, struct paging *paging) {
    int32_t place = people_index_find(&c->index, page->user);
    if (place < 0) return;
    struct fairness_person *person = &c->people.items[place];
    struct paging *own = &paging[place];
    struct fairness_split elsewhere = { 0 };
    int64_t week = monday_of(c->days.tz, page->at);
    bool within = page->at >= c->out->from && page->at < c->out->until;
    bool fresh = own->last == 0 || page->at - own->last >= FAIRNESS_CALM_MINUTES * 60;
    own->in_week = week == own->week ? own->in_week + 1 : 1;
    own->week = week;
    own->last = page->at;
    if (own->in_week > person->busiest_pages) {
        person->busiest_pages = own->in_week;
        person->busiest_week = week;
    }
    bool night = fairness_add_one(&c->days, page->at, within ? &person->pages : &elsewhere);
    if (within && fresh) person->interruptions++;
    if (within && fresh && night) person->night_interruptions++;
}

/* Whole weeks, so that one which began in the month before is counted as a whole. */
static bool add_pages(struct tx *tx, struct computing *c, struct error *err) {
    struct fairness_pages pages;
    int64_t from = monday_of(c->days.tz, c->out->from), until = monday_of(c->days.tz, c->out->until - 1) + WEEK;
    if (!fairness_sql_pages(tx, from, until, &pages, err)) return false;
    struct paging *paging = ARENA_ARRAY(tx_op(tx)->arena, c->people.count, struct paging);
    for (size_t i = 0; i < pages.count; i++) count_page(c, &pages.items[i], paging);
    return true;
}

/* --- all of it --- */

static bool month_in_tx(struct tx *tx, void *arg, struct error *err) {
    struct computing *c = arg;
    struct arena *arena = tx_op(tx)->arena;
    if (!begin(tx, c, err) || !fairness_sql_people(tx, &c->people, err)) return false;
    people_index_init(&c->index, arena);
    for (size_t i = 0; i < c->people.count; i++) (void)people_index_add(&c->index, c->people.items[i].id);
    for (size_t role = 0; role < 2; role++) c->spans[role] = ARENA_ARRAY(arena, c->people.count, struct spans);
    if (!add_hours(tx, c, err) || !add_pages(tx, c, err)) return false;
    c->out->people = c->people.items;
    c->out->people_count = 0;
    for (size_t i = 0; i < c->people.count; i++) {
        const struct fairness_person *person = &c->people.items[i];
        bool any = fairness_total(&person->primary) + fairness_total(&person->secondary) + person->busiest_pages > 0;
        if (any) c->out->people[c->out->people_count++] = *person;
    }
    return true;
}

bool fairness_month(struct op *op, const char *month, struct fairness *out, struct error *err) {
    struct computing computing = { .out = out, .month = month };
    return permission_check(op, PERM_READ, err) && store_read(op, month_in_tx, &computing, err);
}
