/* What ingesting shares: the events (ingest.c) and what they do to incidents (place.c). */
#ifndef BONGSU_ALERT_INGEST_INTERNAL_H
#define BONGSU_ALERT_INGEST_INTERNAL_H

#include "alert/alert_internal.h"

struct incident_draft;
struct policy;

struct ingest {
    const struct integration *integration;
    const struct policy *policy;
    const json_t *rules;
    int64_t hidden;
    struct alert_result result;
    struct alert_verdict verdict; /* of the event under way */
};

/* Decides severity, service, outcome and incident of a new alert; declares if that is what the rules want. The alert's
 * row is written by the caller, before any event on a timeline. */
bool place_alert(struct tx *tx, struct ingest *ingest, const struct alert_event *event, struct alert *alert,
                 struct error *err) NODISCARD;
/* Cut to what an incident has room for, in characters. */
const char *place_fitting(struct arena *arena, const char *text, size_t max);
/* key: alert.event.firing … */
bool place_event(struct tx *tx, int64_t incident_id, const char *key, const struct alert *alert,
                 struct error *err) NODISCARD;
/* When it began and was noticed, as far as the alert that declares knows: the beginning its sender named if that lies
 * before we heard of it, and not too long. place_began notes on the timeline what was made of it. */
void place_times(struct arena *arena, const struct alert *alert, struct incident_draft *draft);
bool place_began(struct tx *tx, const struct alert *alert, struct error *err) NODISCARD;
/* A PagerDuty sender said that somebody has it, or that it is over: nobody needs to be called any more. After the end
 * of one alert only if none of the incident is left open. */
bool place_acknowledged(struct tx *tx, const struct ingest *ingest, const struct alert *alert,
                        struct error *err) NODISCARD;

#endif
