/* A runbook for the eye. */
#ifndef BONGSU_WEB_PAGES_RUNBOOKS_H
#define BONGSU_WEB_PAGES_RUNBOOKS_H

#include "pages/screen.h"
#include "runbook/runbook.h"

/* View members runbook and sections (templates/pages/runbook.html); `run` and `versions` are left empty. */
bool runbook_view(struct screen *screen, const struct runbook *runbook, struct error *err) NODISCARD;

#endif
