/* Requests from outside that were taken already: senders repeat themselves, people press twice. */
#ifndef BONGSU_CONNECT_HOOK_SEEN_H
#define BONGSU_CONNECT_HOOK_SEEN_H

#include "store/db.h"

/* *first: nobody took it before, it is the caller's now. Otherwise *answer is what was answered, NULL while that is
 * still being worked on. Forgets what is older than a week on the way. */
bool hook_take(struct tx *tx, const char *key, bool *first, const char **answer, struct error *err) NODISCARD;
bool hook_answered(struct tx *tx, const char *key, const char *answer, struct error *err) NODISCARD;

extern const struct sql_list HOOK_SEEN_STATEMENTS;

#endif
