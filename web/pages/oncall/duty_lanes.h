/* A schedule as a picture: a lane for each layer and the final line below them, drawn to scale as SVG numbers, since
 * the content policy allows no inline styles. The calendar and the editor's preview draw with this alone. */
#ifndef BONGSU_WEB_PAGES_DUTY_LANES_H
#define BONGSU_WEB_PAGES_DUTY_LANES_H

#include "oncall/schedule.h"
#include "pages/screen.h"

enum { LANES_DAYS_MAX = 92 };

/* view: width, height, from, until, days[], lanes[] (label, y, height, final, bars[], gaps[]), now_x or null, next and
 * previous dates. from: midnight in the organisation's zone. ERR_INVALID as schedule_range. */
bool duty_lanes(const struct screen *screen, const struct schedule *schedule, int64_t from, int days, json_t **out,
                struct error *err) NODISCARD;
/* Midnight of the day that holds an instant, in the organisation's zone. */
int64_t duty_midnight(const struct screen *screen, int64_t seconds);
/* Midnight some days later (or earlier), by the calendar. */
int64_t duty_midnight_after(const struct screen *screen, int64_t midnight, int days);

#endif
