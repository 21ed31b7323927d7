/* Shared by review.c and review_sql.c only. */
#ifndef BONGSU_ALERT_REVIEW_INTERNAL_H
#define BONGSU_ALERT_REVIEW_INTERNAL_H

#include "alert/review.h"

#define REVIEW_DAY_MS INT64_C(86400000)

/* Each fills its part of the review, whose from and until are set. */
bool review_rows_names(struct tx *tx, int64_t from, int64_t until, struct review_names *out,
                       struct error *err) NODISCARD;
bool review_rows_total(struct tx *tx, struct alert_review *review, struct error *err) NODISCARD;
bool review_rows_findings(struct tx *tx, struct alert_review *review, struct error *err) NODISCARD;
bool review_rows_weeks(struct tx *tx, struct alert_review *review, struct error *err) NODISCARD;
bool review_rows_class(struct tx *tx, const struct review_classing *classing, int64_t *changed,
                       struct error *err) NODISCARD;

#endif
