/* Options of an integration: how its sender's messages are to be read, where senders differ.
 *
 * {"severity_label": "severity", "service_label": "service",     Alertmanager, Grafana: labels to read
 *  "signature_header": "X-Grafana-Alerting-Signature",           Grafana: names of its two headers; once a name is
 *  "timestamp_header": "X-Grafana-Alerting-Timestamp",           given for the timestamp, none is a refusal
 *  "mapping": {"items": "events", "title": "rule.name", …}}      generic: where each field is found
 * A mapping names paths into the sender's JSON, "rule.name" or "hits.0.text"; its members are items, title,
 * description, severity, service, dedup_key, group, status, link and timestamp; firing, acknowledged and resolved list
 * the sender's words for the states, separated by commas. What is left out has its usual name. */
#ifndef BONGSU_ALERT_OPTIONS_H
#define BONGSU_ALERT_OPTIONS_H

#include "base/op.h"

#include <jansson.h>

struct source_options {
    const char *severity_label, *service_label; /* NULL: the usual ones */
    const char *signature_header, *timestamp_header; /* NULL: Grafana's own, the timestamp only if it is sent */
    const json_t *mapping; /* NULL: none */
};

/* Field errors "options.severity_label", "options.mapping.title" … into op. */
void options_check(struct op *op, const json_t *options);
/* options has passed options_check; its texts must live as long as the result. */
struct source_options options_read(const json_t *options);

#endif
