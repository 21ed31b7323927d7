/* A contact card as a form: its rows, and what was typed in them as the body that contact_save takes. */
#ifndef BONGSU_WEB_PAGES_CONTACT_FORM_H
#define BONGSU_WEB_PAGES_CONTACT_FORM_H

#include "escalation/contact.h"
#include "pages/form_view.h"

/* Rows that were left empty are not in it. */
json_t *contact_form_read(const struct request *request);
/* After a refusal: faults name the rows of the form again, not those of the body. */
void contact_form_map(struct request *request);

/* View members: methods[], more_methods[] (number; kind, address, after: fields), quiet[], more_quiet[] (number,
 * severities[], kinds[], from, to, error), backup: field. card: what is stored; what was typed wins. */
void contact_form_view(struct form *form, const struct contact_card *card);

#endif
