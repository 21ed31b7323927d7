/* The form of one severity's escalation path: a projection of the document's "policies.SEVERITY" (member_form.h). */
#ifndef BONGSU_WEB_PAGES_PATH_FORM_H
#define BONGSU_WEB_PAGES_PATH_FORM_H

#include "pages/screen.h"

struct path_form {
    const char *root; /* "policies.P1" */
    const json_t *base; /* the path the form was handed out with, NULL for none: what no field shows is kept from it */
};

/* What was typed, with the button's change (`do`: "add", "remove:2", "up:2", "down:2") carried out. */
json_t *path_form_read(const struct request *request, const struct path_form *form);
/* One step to begin with. */
json_t *path_form_fresh(const struct screen *screen);
/* {steps[], fallback, repeat, hours, ack_timeout_min, kept}; choices: path_choices. */
json_t *path_form_view(const struct screen *screen, const struct path_form *form, const json_t *path,
                       const json_t *choices);

#endif
