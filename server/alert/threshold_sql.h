/* Inside the catalogue of thresholds. */
#ifndef BONGSU_ALERT_THRESHOLD_SQL_H
#define BONGSU_ALERT_THRESHOLD_SQL_H

#include "alert/threshold.h"

bool threshold_read(struct tx *tx, struct threshold_list *out, struct error *err) NODISCARD;
bool threshold_replace(struct tx *tx, const struct threshold_list *list, struct error *err) NODISCARD;

#endif
