/* Between at.c and walk.c: making the roll of an instant from what each layer says. */
#ifndef BONGSU_ONCALL_ROLL_H
#define BONGSU_ONCALL_ROLL_H

#include "oncall/layer.h"

void roll_alloc(const struct schedule *schedule, struct arena *arena, struct roll *roll);
void roll_make(const struct schedule *schedule, const struct duty *duties, enum schedule_view view, int64_t at,
               struct roll *roll);

#endif
