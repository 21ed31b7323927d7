/* What the wording rules find in a document, above its page: fixed with one press, or kept with a reason (R-B6). */
#ifndef BONGSU_WEB_PAGES_DOCUMENT_FINDINGS_H
#define BONGSU_WEB_PAGES_DOCUMENT_FINDINGS_H

#include "pages/review/document_view.h"

/* View members: findings_title (NULL: none), findings [], may_waive. err: what the request was refused for, or NULL. */
void document_findings(struct screen *screen, const struct document_data *data, const struct error *err);

#endif
