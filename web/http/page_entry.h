/* A cached page as page_cache.c makes it and response.c sends it. */
#ifndef BONGSU_WEB_PAGE_ENTRY_H
#define BONGSU_WEB_PAGE_ENTRY_H

#include "http/gzip.h"
#include "http/page_cache.h"
#include "http/slots.h"

#include <stdatomic.h>

enum { PIECE_DIGEST = 16 };

struct page_piece {
    struct slot_piece text;
    struct gzip_part packed;
    unsigned char digest[PIECE_DIGEST];
};

struct page_entry {
    struct arena *arena;
    _Atomic int references;
    const char *key;
    uint64_t version;
    const char *content_type, *etag, *cache_control;
    struct page_piece *pieces;
    size_t count;
};

/* What entity tags are made of. */
void piece_digest(const char *bytes, size_t size, unsigned char out[PIECE_DIGEST]);

#endif
