/* Head and side of an incident's page as HTML. They are the same on the page, in its live fragment, in every theme and
 * beside older events, so they are made once after a change and kept, like pages (http/page_cache.h), by the version
 * of the topics they show. */
#ifndef BONGSU_WEB_PAGES_INCIDENT_PARTS_H
#define BONGSU_WEB_PAGES_INCIDENT_PARTS_H

#include "http/page_cache.h"
#include "pages/screen.h"

/* View members head_html and side_html, if they are kept. */
bool incident_parts_find(struct screen *screen, const struct page_key *key);
/* The same, made of the whole view of the page (incident_view.h). key: NULL if they are not to be kept. */
bool incident_parts_make(struct screen *screen, const struct page_key *key, struct error *err) NODISCARD;

#endif
