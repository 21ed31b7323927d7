/* Escalation paths as people see them: the time line of a forecast, and targets by their names. */
#ifndef BONGSU_WEB_PAGES_PATH_LINE_H
#define BONGSU_WEB_PAGES_PATH_LINE_H

#include "pages/screen.h"

/* One row for each moment and step: [{after, step, at, names[], skipped}]; skipped says why nobody was called. */
json_t *path_line(const struct screen *screen, const json_t *forecast, int64_t start_ms);

/* What a step may name, to pick from: [{label, options: [{value, label}]}]. */
json_t *path_choices(const struct screen *screen, struct error *err);
/* A target's value in a form, "schedule:oncall:all", "team:@lead", "user:kim"; and back, NULL if it is none. */
const char *path_target_value(const struct screen *screen, const json_t *target);
json_t *path_target_of(struct arena *arena, const char *value);
/* Its label among the choices; NULL if it is not (any more) one of them. */
const char *path_target_label(const json_t *choices, const char *value);

#endif
