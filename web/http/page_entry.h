/* A cached page as page_cache.c makes it and response.c sends it. */
#ifndef BONGSU_WEB_PAGE_ENTRY_H
#define BONGSU_WEB_PAGE_ENTRY_H

#include "http/gzip.h"
#include "http/page_cache.h"
#include "http/slots.h"

#include <stdatomic.h>

enum { PIECE_DIGEST = 16 };

struct page_piece {
    struct slot_piece text; /* without bytes in a page that only ever leaves compressed */
    struct gzip_part packed;
    unsigned char digest[PIECE_DIGEST];
};

/* One allocation: what the pointers point to stands behind it. */
struct page_entry {
    _Atomic int references;
    size_t size; /* in bytes, of the whole */
    int64_t minute;
    uint64_t version;
    struct page_entry *next; /* on its way out of the cache */
    const char *key, *content_type, *etag, *cache_control;
    struct page_piece *pieces;
    size_t count;
};

/* Whether a body of this size goes to this reader compressed. */
bool leaves_packed(const struct request *request, const struct response *response, size_t size);
/* What entity tags are made of. */
void piece_digest(const char *bytes, size_t size, unsigned char out[PIECE_DIGEST]);

#endif
