/* What the handlers of incidents share. */
#ifndef BONGSU_WEB_INCIDENT_API_H
#define BONGSU_WEB_INCIDENT_API_H

#include "http/http.h"
#include "incident/incident_json.h"

/* The incident of the route as it is now, with its ETag. status 201 adds Location. */
void incident_answer(struct request *request, struct response *response, int status, const char *ref);
/* After a call: the incident with 200, or the error. */
void incident_answer_call(struct request *request, struct response *response, bool done, const struct error *err);

/* The body, or an empty object where none was sent: for calls all of whose members are optional. */
const json_t *incident_body(struct request *request);
/* Runs fn in a read with the incident of the route: for children that are listed. */
typedef bool (*incident_reader)(struct tx *tx, const struct incident *incident, void *arg, struct error *err);
bool incident_read(struct request *request, incident_reader fn, void *arg, struct error *err) NODISCARD;

#endif
