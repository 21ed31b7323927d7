/* Answers to "who is on call", kept until a schedule or a person changes, or the second is over: during an incident
 * everybody asks the same question at once. The answer is the same for every reader. */
#ifndef BONGSU_WEB_ON_CALL_CACHE_H
#define BONGSU_WEB_ON_CALL_CACHE_H

#include "http/http.h"

/* key: what was asked, in the arena; take it before reading, so that a change in between makes the copy stale at once.
 * True: *response is the kept answer. */
bool on_call_cache_find(struct request *request, struct response *response, const char **key);
void on_call_cache_keep(const char *key, const struct response *response);

#endif
