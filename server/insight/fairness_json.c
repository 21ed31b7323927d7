/* Fairness for programs and for spreadsheets. */
#include "insight/fairness.h"

#include "base/arena.h"
#include "base/json.h"
#include "text/csv.h"
#include "text/i18n.h"
#include "text/when.h"

static const char *const DAYS[] = { "weekday", "weekend", "holiday" };

/* --- JSON --- */

static json_t *split_json(struct arena *arena, const struct fairness_split *split, double unit) {
    json_t *object = json_object();
    for (int i = 0; i < FAIRNESS_DAY_COUNT; i++) {
        json_put(object, DAYS[i], json_real((double)split->day[i] / unit));
        json_put(object, arena_printf(arena, "%s_night", DAYS[i]), json_real((double)split->night[i] / unit));
    }
    json_put(object, "total", json_real((double)fairness_total(split) / unit));
    return object;
}

static json_t *counts_json(struct arena *arena, const struct fairness_split *split) {
    json_t *object = json_object();
    for (int i = 0; i < FAIRNESS_DAY_COUNT; i++) {
        json_put_i64(object, DAYS[i], split->day[i]);
        json_put_i64(object, arena_printf(arena, "%s_night", DAYS[i]), split->night[i]);
    }
    json_put_i64(object, "total", fairness_total(split));
    return object;
}

static json_t *person_json(struct arena *arena, const struct fairness_person *person) {
    json_t *object = json_object(), *week = json_object();
    json_put_text(object, "id", person->id);
    json_put_text(object, "login", person->login);
    json_put_text(object, "name", person->name);
    json_put(object, "primary_hours", split_json(arena, &person->primary, 3600));
    json_put(object, "secondary_hours", split_json(arena, &person->secondary, 3600));
    json_put(object, "pages", counts_json(arena, &person->pages));
    json_put_i64(object, "interruptions", person->interruptions);
    json_put_i64(object, "night_interruptions", person->night_interruptions);
    json_put_i64(week, "pages", person->busiest_pages);
    json_put_text(week, "from", person->busiest_pages == 0 ? NULL : when_rfc3339(arena, person->busiest_week * 1000));
    json_put(object, "busiest_week", week);
    json_put_bool(object, "too_many_pages", person->busiest_pages >= FAIRNESS_PAGES_A_WEEK);
    return object;
}

json_t *fairness_json(struct op *op, const struct fairness *fairness) {
    struct arena *arena = op->arena;
    json_t *object = json_obj(arena), *people = json_array(), *schedules = json_array();
    json_put_text(object, "month", fairness->month);
    json_put_text(object, "from", when_rfc3339(arena, fairness->from * 1000));
    json_put_text(object, "until", when_rfc3339(arena, fairness->until * 1000));
    json_put_bool(object, "running", fairness->running);
    json_put_text(object, "night", arena_printf(arena, "%02d:00-%02d:00", FAIRNESS_NIGHT_FROM, FAIRNESS_NIGHT_UNTIL));
    for (size_t i = 0; i < fairness->people_count; i++) json_push(people, person_json(arena, &fairness->people[i]));
    for (size_t i = 0; i < fairness->schedule_count; i++) {
        const struct fairness_schedule *schedule = &fairness->schedules[i];
        json_t *row = json_object();
        json_put_text(row, "key", schedule->key);
        json_put_text(row, "name", schedule->name);
        json_put(row, "coverage", json_real(schedule->quality.coverage));
        json_put(row, "balance", json_real(schedule->quality.balance));
        json_put(row, "total", json_real(schedule->quality.total));
        json_push(schedules, row);
    }
    json_put(object, "people", people);
    json_put(object, "schedules", schedules);
    return object;
}

/* --- CSV --- */

enum { LEAD = 4, HOURS = 2 * FAIRNESS_DAY_COUNT + 1, REST = 7, COLUMNS = LEAD + HOURS + REST };
static const char *const HEADINGS[COLUMNS] = { "month",
                                               "login",
                                               "person",
                                               "role",
                                               "weekday_hours",
                                               "weekday_night_hours",
                                               "weekend_hours",
                                               "weekend_night_hours",
                                               "holiday_hours",
                                               "holiday_night_hours",
                                               "total_hours",
                                               "pages",
                                               "pages_night",
                                               "pages_weekend",
                                               "pages_holiday",
                                               "interruptions",
                                               "night_interruptions",
                                               "busiest_week" };

static const char *hours_text(struct arena *arena, int64_t seconds) {
    return arena_printf(arena, "%lld.%02lld", (long long)(seconds / 3600), (long long)(seconds % 3600 * 100 / 3600));
}

static const char *number_text(struct arena *arena, int64_t number) {
    return arena_printf(arena, "%lld", (long long)number);
}

static int64_t nights(const struct fairness_split *split) {
    return split->night[FAIRNESS_WEEKDAY] + split->night[FAIRNESS_WEEKEND] + split->night[FAIRNESS_HOLIDAY];
}

static void put_row(struct op *op, const char *month, const struct fairness_person *person, enum duty_role role,
                    struct buf *out) {
    struct arena *arena = op->arena;
    const struct fairness_split *hours = role == DUTY_PRIMARY ? &person->primary : &person->secondary;
    const char *cells[COLUMNS] = { month, person->login, person->name,
                                   i18n_text(op->lang,
                                             role == DUTY_PRIMARY ? "oncall_page.primary" : "oncall_page.secondary") };
    const char **at = cells + LEAD;
    for (int i = 0; i < FAIRNESS_DAY_COUNT; i++) {
        *at++ = hours_text(arena, hours->day[i]);
        *at++ = hours_text(arena, hours->night[i]);
    }
    *at++ = hours_text(arena, fairness_total(hours));
    if (role == DUTY_PRIMARY) { /* pages belong to the person, not to a role */
        const struct fairness_split *pages = &person->pages;
        *at++ = number_text(arena, fairness_total(pages));
        *at++ = number_text(arena, nights(pages));
        *at++ = number_text(arena, pages->day[FAIRNESS_WEEKEND] + pages->night[FAIRNESS_WEEKEND]);
        *at++ = number_text(arena, pages->day[FAIRNESS_HOLIDAY] + pages->night[FAIRNESS_HOLIDAY]);
        *at++ = number_text(arena, person->interruptions);
        *at++ = number_text(arena, person->night_interruptions);
        *at++ = number_text(arena, person->busiest_pages);
    }
    csv_row(out, cells, COLUMNS);
}

void fairness_csv(struct op *op, const struct fairness *fairness, struct buf *out) {
    const char *cells[COLUMNS];
    for (size_t i = 0; i < COLUMNS; i++)
        cells[i] = i18n_text(op->lang, arena_printf(op->arena, "fairness.csv.%s", HEADINGS[i]));
    csv_begin(out);
    csv_row(out, cells, COLUMNS);
    for (size_t i = 0; i < fairness->people_count; i++) {
        const struct fairness_person *person = &fairness->people[i];
        put_row(op, fairness->month, person, DUTY_PRIMARY, out);
        if (fairness_total(&person->secondary) > 0) put_row(op, fairness->month, person, DUTY_SECONDARY, out);
    }
}
