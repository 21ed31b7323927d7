/* One event of an incident's timeline as HTML. */
#ifndef BONGSU_WEB_PAGES_TIMELINE_EVENT_H
#define BONGSU_WEB_PAGES_TIMELINE_EVENT_H

#include "pages/incident/incident_view.h"

/* Appends event `index` of the page's data. */
void timeline_event_html(struct screen *screen, const struct incident_page_data *data, size_t index, struct buf *out);

#endif
