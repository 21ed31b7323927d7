/* Which runbooks fit: by service, alert and words of the symptom, the best first, each with its reasons (R-F2). Pure.
 */
#ifndef BONGSU_RUNBOOK_MATCH_H
#define BONGSU_RUNBOOK_MATCH_H

#include "runbook/runbook.h"

struct runbook_case {
    const char *service; /* key, or NULL */
    const char *text; /* title, symptom and what else is known in words */
    const char *const *alerts; /* names and titles, ended by NULL; may be NULL */
};
struct runbook_match {
    const struct runbook *runbook;
    int score; /* alert 10, service 4, each word 3 up to four of them */
    bool service;
    const char *alert; /* the name that fits, or NULL */
    const char *words; /* those that occur, separated by ", "; or NULL */
};
enum { RUNBOOK_MATCHES_MAX = 5 };
/* Those with any reason; a runbook of another service never fits. Returns how many. */
size_t runbook_match(struct arena *arena, const struct runbook_list *list, const struct runbook_case *facts,
                     struct runbook_match out[RUNBOOK_MATCHES_MAX]);

#endif
