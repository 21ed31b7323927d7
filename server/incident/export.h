/* One incident with everything known about it, to take away: Markdown, HTML (no outside resources), JSON (R-B8). */
#ifndef BONGSU_INCIDENT_EXPORT_H
#define BONGSU_INCIDENT_EXPORT_H

#include "base/buf.h"
#include "incident/incident.h"

enum export_format { EXPORT_MD, EXPORT_HTML, EXPORT_JSON };
bool incident_export(struct op *op, const char *ref, enum export_format format, struct buf *out,
                     struct error *err) NODISCARD;

#endif
