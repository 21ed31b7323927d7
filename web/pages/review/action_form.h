/* The form of an action item and its row, for the page of actions and the retrospective they come from. */
#ifndef BONGSU_WEB_PAGES_ACTION_FORM_H
#define BONGSU_WEB_PAGES_ACTION_FORM_H

#include "pages/form_view.h"
#include "review/action_item.h"

/* item NULL: a new one, with what is most often meant. */
void action_fields(struct form *form, const struct action_item *item, bool ask_incident);
struct action_draft action_read_draft(const struct request *request);
json_t *action_item_view(const struct screen *screen, const struct action_item *item);

#endif
