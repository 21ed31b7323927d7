/* Turns: handoffs lie on the wall clock (hours, days, weeks) or on calendar months, counted from the anchor, so that
 * neither summer time nor a short month makes them drift. Finding a turn is arithmetic, never a loop from the start. */
#include "oncall/layer.h"

static const int64_t UNIT_SECONDS[] = { [ROTATION_HOUR] = 3600, [ROTATION_DAY] = 86400, [ROTATION_WEEK] = 604800 };

static int64_t floor_div(int64_t a, int64_t b) {
    return a / b - (a % b < 0 ? 1 : 0);
}

int64_t rotation_wall(const struct rotation *rotation, int64_t turn) {
    int64_t steps = turn * rotation->length;
    if (rotation->unit != ROTATION_MONTH) return rotation->start + steps * UNIT_SECONDS[rotation->unit];
    struct civil civil;
    civil_from_seconds(rotation->start, &civil);
    int64_t months = civil.year * 12 + civil.month - 1 + steps;
    civil.year = floor_div(months, 12);
    civil.month = (int)(months - civil.year * 12) + 1;
    int last_day = civil_month_days(civil.year, civil.month);
    if (civil.day > last_day) civil.day = last_day;
    return civil_seconds(&civil);
}

int64_t layer_handoff(const struct layer *layer, int64_t turn) {
    return tz_resolve(layer->zone, rotation_wall(&layer->rotation, turn));
}

/* The turn whose wall time is the last at or before `wall`. */
static int64_t turn_of_wall(const struct rotation *rotation, int64_t wall) {
    if (rotation->unit != ROTATION_MONTH) {
        return floor_div(wall - rotation->start, rotation->length * UNIT_SECONDS[rotation->unit]);
    }
    struct civil from, to;
    civil_from_seconds(rotation->start, &from);
    civil_from_seconds(wall, &to);
    int64_t turn = floor_div((to.year - from.year) * 12 + to.month - from.month, rotation->length);
    return rotation_wall(rotation, turn) > wall ? turn - 1 : turn;
}

static int64_t calendar_turn(const struct layer *layer, int64_t at) {
    int64_t turn = turn_of_wall(&layer->rotation, at + tz_offset(layer->zone, at));
    if (turn < 0) turn = 0;
    /* While a clock repeats an hour it shows less than it has shown: handoffs of the first pass have happened. */
    while (layer_handoff(layer, turn + 1) <= at) turn++;
    return turn;
}

int64_t layer_turn(const struct layer *layer, int64_t at) {
    if (at < layer_handoff(layer, 0)) return -1;
    if (layer->rotation.advance == ADVANCE_CALENDAR) return calendar_turn(layer, at);
    int64_t first = floor_div(layer->rotation.start, 86400);
    int64_t last = windows_last_date(layer, at);
    int64_t days = last < first ? 0 : windows_count_dates(layer, first, last);
    return days == 0 ? 0 : (days - 1) / layer->rotation.length;
}
