/* Refusals: one struct error becomes problem+json for programs or a page for people (RFC 9457). */
#ifndef BONGSU_WEB_PROBLEM_H
#define BONGSU_WEB_PROBLEM_H

#include "http/http.h"

/* For refusals that have a status of their own and never a field list: gate, 404, 405, 429 … */
void problem_status(struct request *request, struct response *response, int status, const char *code);

#endif
