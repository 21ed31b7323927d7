/* What all hooks share. */
#ifndef BONGSU_WEB_HOOK_H
#define BONGSU_WEB_HOOK_H

#include "http/http.h"

/* The only header of that name; NULL if there is none. *doubled is set when there is more than one, which is a
 * refusal: which of them a proxy in front looked at, nobody knows. */
const char *hook_header(const struct request *request, const char *name, bool *doubled);

#endif
