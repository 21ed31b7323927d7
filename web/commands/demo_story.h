/* The incidents of the demo, played step by step, and its alerts. */
#ifndef BONGSU_WEB_DEMO_STORY_H
#define BONGSU_WEB_DEMO_STORY_H

#include "base/op.h"

#include <jansson.h>

/* Only into a database without incidents. */
bool demo_incidents(struct op *op, const json_t *story, struct error *err) NODISCARD;

/* Only into a database without integrations: commands/demo_alerts.c. */
bool demo_alerts(struct op *op, struct error *err) NODISCARD;

#endif
