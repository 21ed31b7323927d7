/* Hand-over notes on other pages: what waits for the reader among what is due. */
#ifndef BONGSU_WEB_PAGES_HANDOVER_H
#define BONGSU_WEB_PAGES_HANDOVER_H

#include "pages/screen.h"

/* Rows {label, title, url, until} as the board's list of due things has them. */
bool handover_add_due(const struct screen *screen, json_t *due, struct error *err) NODISCARD;

#endif
