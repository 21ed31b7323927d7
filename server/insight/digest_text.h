/* Inside insight/: the text of the weekly digest, in the organisation's language. */
#ifndef BONGSU_INSIGHT_DIGEST_TEXT_H
#define BONGSU_INSIGHT_DIGEST_TEXT_H

#include "store/db.h"

enum { DIGEST_DAYS = 7 };

bool digest_text(struct tx *tx, const char **out, struct error *err) NODISCARD;

#endif
