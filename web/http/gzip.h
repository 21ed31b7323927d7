/* gzip at level 1 for answers, once at level 9 for files. Secrets are never compressed (BREACH): a body may hold a
 * placeholder where the session's CSRF token goes, and the token is put in afterwards as a stored block. */
#ifndef BONGSU_WEB_GZIP_H
#define BONGSU_WEB_GZIP_H

#include "http/http.h"

bool gzip_accepted(const struct request *request);

/* malloc'ed; NULL if it would not get smaller. The caller frees. */
char *gzip_alloc(const void *bytes, size_t size, size_t *out_size);

/* A body in pieces: text is compressed, secrets are stored as they are. */
struct gzip_piece {
    const char *bytes;
    size_t size;
    bool secret;
};

/* One piece, compressed; parts can be kept and joined with others later. */
struct gzip_part {
    const char *deflated; /* raw deflate, ended by a full flush */
    size_t deflated_size;
    size_t size; /* plain */
    unsigned long crc;
};
void gzip_parts(struct arena *arena, const struct gzip_piece *pieces, size_t count, struct gzip_part *parts);
/* A whole gzip file from parts. */
void gzip_join(struct buf *out, const struct gzip_part *parts, size_t count);

#endif
