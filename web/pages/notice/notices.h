/* What the pages of customer notices share: rows, addresses, the fields that each form has. */
#ifndef BONGSU_WEB_PAGES_NOTICES_H
#define BONGSU_WEB_PAGES_NOTICES_H

#include "notice/notice.h"
#include "pages/form_view.h"

extern const struct field_spec NOTICE_STAGE, NOTICE_NEXT;

const char *notice_url(const struct op *op, int64_t id);
json_t *options_stages(const struct screen *screen);
/* title, url, version, state and its tone, stage, by, at, next. */
json_t *notice_row(const struct screen *screen, const struct notice *notice);

#endif
