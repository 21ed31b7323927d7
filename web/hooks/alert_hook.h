/* What the hooks of alerts share. */
#ifndef BONGSU_WEB_ALERT_HOOK_H
#define BONGSU_WEB_ALERT_HOOK_H

#include "hooks/hook.h"

#include "alert/alert.h"

/* Into the metrics. */
void alert_hook_accepted(struct request *request, enum integration_kind kind, const struct alert_batch *batch);
/* Into the metrics and, for a known integration (id not 0), its receipts; nothing if the fault is ours. */
void alert_hook_refused(struct request *request, enum integration_kind kind, int64_t id, const struct error *err);

#endif
