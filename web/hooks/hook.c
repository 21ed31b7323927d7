/* What all hooks share: see hook.h. */
#include "hooks/hook.h"

#include <strings.h>

const char *hook_header(const struct request *request, const char *name, bool *doubled) {
    const char *found = NULL;
    for (const struct http_pair *header = request->headers; header->name != NULL; header++) {
        if (strcasecmp(header->name, name) != 0) continue;
        if (found != NULL) *doubled = true;
        found = header->value;
    }
    return found;
}
