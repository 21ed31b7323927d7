/* multipart/form-data (RFC 7578), read in place from a whole body. Strict: one shape, everything else is refused. */
#ifndef BONGSU_WEB_MULTIPART_H
#define BONGSU_WEB_MULTIPART_H

#include "http/http.h"

enum { MULTIPART_PARTS_MAX = 100, MULTIPART_NAME_MAX = 200 };

struct multipart {
    const struct http_pair *fields; /* ended by a NULL name; valid UTF-8 without NUL */
    const struct http_upload *uploads; /* ended by a NULL field; bytes point into the body */
};

bool multipart_parse(struct arena *arena, const char *content_type, const char *bytes, size_t size,
                     struct multipart *out);

#endif
