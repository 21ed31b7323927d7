/* Forms about an incident that have a page of their own: /incidents/REF/NAME. One table (incident_forms.c); what
 * each form holds and does is in incident_forms_act.c (states) and incident_forms_facts.c (facts). */
#ifndef BONGSU_WEB_PAGES_INCIDENT_FORMS_H
#define BONGSU_WEB_PAGES_INCIDENT_FORMS_H

#include "pages/form_view.h"
#include "pages/incident/incident_view.h"

struct incident_form {
    const char *name; /* last segment of the address; texts are form.NAME.title, .lead, .submit, .done */
    const char *tone; /* of the button */
    void (*build)(struct form *form, const struct incident_page_data *data); /* NULL: nothing to fill in */
    bool (*submit)(struct request *request, const char *ref, struct error *err) NODISCARD;
};

extern const struct incident_form INCIDENT_ACT_FORMS[];
extern const size_t INCIDENT_ACT_FORM_COUNT;
extern const struct incident_form INCIDENT_FACT_FORMS[];
extern const size_t INCIDENT_FACT_FORM_COUNT;

#endif
