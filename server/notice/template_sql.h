/* Rows of notice templates; used inside the room only. */
#ifndef BONGSU_NOTICE_TEMPLATE_SQL_H
#define BONGSU_NOTICE_TEMPLATE_SQL_H

#include "notice/template_store.h"

struct notice_template_row {
    const char *key, *stage, *lang, *name; /* name may be NULL */
    struct notice_text text;
};
bool notice_template_rows(struct tx *tx, const char *lang, struct notice_template_row **out, size_t *count,
                          struct error *err) NODISCARD;
/* Of one text, newest first; none if it was never touched. */
bool notice_template_versions(struct tx *tx, const struct notice_template_row *which,
                              struct notice_template_version **out, size_t *count, struct error *err) NODISCARD;
/* As the next version; an empty text drops the organisation's own, so that the one that ships is in force again. */
bool notice_template_put(struct tx *tx, const struct notice_template_row *row, int64_t version,
                         struct error *err) NODISCARD;

#endif
