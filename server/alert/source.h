/* Sources: what each monitoring system sends, turned into a batch of events (contracts of Alertmanager v4, Grafana,
 * PagerDuty Events v2, and a plain form of our own). Pure: JSON in, events out. A part that cannot be read is
 * counted as malformed and costs nothing of its neighbours; ERR_INVALID only if nothing of the request can be used. */
#ifndef BONGSU_ALERT_SOURCE_H
#define BONGSU_ALERT_SOURCE_H

#include "alert/alert.h"
#include "alert/options.h"

bool source_alertmanager(struct op *op, const struct source_options *options, const json_t *body,
                         struct alert_batch *out, struct error *err) NODISCARD;
bool source_grafana(struct op *op, const struct source_options *options, const json_t *body, struct alert_batch *out,
                    struct error *err) NODISCARD;
/* {title, severity, source, dedup_key, status: firing|acknowledged|resolved, description, service, group, timestamp,
 * links[]}, a list of those, or {"alerts": list}; or whatever the options' mapping says. */
bool source_generic(struct op *op, const struct source_options *options, const json_t *body, struct alert_batch *out,
                    struct error *err) NODISCARD;
/* PagerDuty's reasons as field errors: for trying a message out. */
bool source_pagerduty_batch(struct op *op, const struct source_options *options, const json_t *body,
                            struct alert_batch *out, struct error *err) NODISCARD;
/* A request's bytes by the integration's kind and options. ERR_UNREADABLE for what is no JSON; ERR_CONFLICT
 * `integration.no_messages` for heartbeats. */
bool source_read(struct op *op, const struct integration *integration, const char *bytes, size_t size,
                 struct alert_batch *out, struct error *err) NODISCARD;

/* Always answers: reasons (NULL-terminated, in English as the convention has it) lists what is wrong, empty if all is
 * well. routing_key and dedup_key are set then; a trigger without a dedup_key gets one. */
struct pagerduty_event {
    const char *routing_key, *dedup_key;
    const char **reasons;
    struct alert_batch batch;
};
void source_pagerduty(struct op *op, const json_t *body, struct pagerduty_event *out);

/* RFC 3339 with up to nine fraction digits, "+0000" too; 0 for none, the year 1, or nonsense. */
int64_t source_time(struct arena *arena, const char *text);

#endif
