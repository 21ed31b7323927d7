/* Weekly windows. A window of a date is [resolve(from), resolve(to)), dropped if a change of the clock leaves nothing
 * of it. Several windows add up. Starts never go back from one date to the next, because tz_resolve does not. */
#include "oncall/layer.h"

enum { DAY = 86400, DATES_BACK = 2, DATES_AHEAD = 8 };

static int64_t date_of(const struct layer *layer, int64_t at) {
    int64_t wall = at + tz_offset(layer->zone, at);
    return wall / DAY - (wall % DAY < 0 ? 1 : 0);
}

static bool opens_on(const struct window *window, int64_t date) {
    return (window->days >> civil_weekday(date) & 1) != 0;
}

static bool span_on(const struct layer *layer, const struct window *window, int64_t date, struct gap *out) {
    if (!opens_on(window, date)) return false;
    int64_t from = date * DAY + window->from * 60;
    int64_t to = (window->to <= window->from ? date + 1 : date) * DAY + window->to * 60;
    out->start = tz_resolve(layer->zone, from);
    out->end = tz_resolve(layer->zone, to);
    return out->start < out->end;
}

void windows_at(const struct layer *layer, int64_t at, struct window_state *out) {
    *out = (struct window_state){ .inside = layer->window_count == 0, .until = TIME_NEVER };
    if (out->inside) return;
    int64_t today = date_of(layer, at);
    int64_t horizon = tz_resolve(layer->zone, (today + DATES_AHEAD) * DAY);
    out->until = horizon; /* a look again then does no harm: a window may be dropped by a change of the clock */
    for (int64_t date = today - DATES_BACK; date <= today + DATES_AHEAD; date++) {
        for (size_t i = 0; i < layer->window_count; i++) {
            struct gap span;
            if (!span_on(layer, &layer->windows[i], date, &span)) continue;
            if (span.start > at && span.start < out->until) out->until = span.start;
            if (span.start > at || span.end <= at) continue;
            out->inside = true;
            out->date = date;
            if (span.end < out->until) out->until = span.end;
        }
        if (date > today && out->until != horizon) return;
    }
}

int64_t windows_count_dates(const struct layer *layer, int64_t first, int64_t last) {
    unsigned days = 0;
    for (size_t i = 0; i < layer->window_count; i++) days |= layer->windows[i].days;
    int64_t span = last - first + 1;
    int64_t count = span / 7 * __builtin_popcount(days & 0x7f);
    for (int64_t date = last - span % 7 + 1; date <= last; date++) count += days >> civil_weekday(date) & 1;
    return count;
}

int64_t windows_last_date(const struct layer *layer, int64_t at) {
    int64_t today = date_of(layer, at);
    for (int64_t date = today + 1; date >= today - DATES_AHEAD; date--) {
        for (size_t i = 0; i < layer->window_count; i++) {
            struct gap span;
            if (span_on(layer, &layer->windows[i], date, &span) && span.start <= at) return date;
        }
    }
    return INT64_MIN;
}
