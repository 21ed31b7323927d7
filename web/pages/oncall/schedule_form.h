/* The schedule editor's form. It is a projection of the very body the API takes: form fields are named by the members'
 * paths ("layers[0].rotation.length"), so that a refusal by the domain finds its field, and a refused or stored
 * schedule is shown by one function. */
#ifndef BONGSU_WEB_PAGES_SCHEDULE_FORM_H
#define BONGSU_WEB_PAGES_SCHEDULE_FORM_H

#include "oncall/rota.h"
#include "pages/screen.h"

enum { FORM_LAYERS_MAX = 16, FORM_WINDOWS_MAX = 7, FORM_PEOPLE_MAX = 1000 };

/* What was typed, as {key, name, zone, secondary, layers[]}; what cannot be read stays text and is refused by name. */
json_t *schedule_form_read(const struct request *request);
/* A stored schedule as such a body: layers that have ended are left out, people are logins. */
json_t *schedule_form_stored(struct op *op, const struct rota *rota, const struct schedule *schedule);
/* An empty one to begin with: one weekly layer from next Monday, nine o'clock. */
json_t *schedule_form_fresh(const struct screen *screen);
/* The view of a body: fields with their values and refusals. */
json_t *schedule_form_view(const struct screen *screen, const json_t *body);
/* Whether the form shows all of it: at most so many layers and windows. */
bool schedule_form_fits(const json_t *body);

#endif
