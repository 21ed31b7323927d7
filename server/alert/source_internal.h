/* Shared by the sources only. */
#ifndef BONGSU_ALERT_SOURCE_INTERNAL_H
#define BONGSU_ALERT_SOURCE_INTERNAL_H

#include "alert/source.h"

enum { TITLE_BYTES = 400, DESCRIPTION_BYTES = 4000, LINK_BYTES = 1000, KEY_BYTES = 255 };

const char *source_text(struct op *op, const char *text, size_t max); /* cut, control bytes blanked; NULL if blank */
const char *source_title(struct op *op, const char *text); /* one line */
const char *source_named(struct op *op, const char *title, const char *key); /* the title, else the key as one */
const char *source_link(struct op *op, const char *url); /* http(s) only, else NULL */

/* Alertmanager's and Grafana's alerts share their shape. */
enum { ALERTS_MAX = 10000 };
bool source_prometheus_alerts(struct op *op, const struct source_options *options, const json_t *body,
                              struct alert_batch *out, struct error *err) NODISCARD;
/* What a plain or PagerDuty event is told apart by: source, component, group, class, severity. */
json_t *source_labels(struct op *op, const json_t *payload);

#endif
