/* Percent-encoding and application/x-www-form-urlencoded. Strict: a bad escape is an error, never a guess. */
#ifndef BONGSU_WEB_URLENC_H
#define BONGSU_WEB_URLENC_H

#include <stdbool.h>
#include <stddef.h>

struct arena;
struct buf;
struct http_pair;

enum { URLENC_PAIRS_MAX = 500 };

/* Decodes %XX (and '+' as a space when asked). NULL: bad escape, a NUL, or a result that is not UTF-8. */
char *urlenc_decode(struct arena *arena, const char *text, size_t len, bool plus_is_space);

/* "a=1&b=2" → pairs ended by a NULL name. A name without '=' has the value "". False: bad escape or too many. */
bool urlenc_pairs(struct arena *arena, const char *text, size_t len, const struct http_pair **out);

/* Adds text with everything but unreserved characters escaped. */
void urlenc_add(struct buf *buf, const char *text);

#endif
