/* gzip: see gzip.h. */
#include "http/gzip.h"

#include "base/arena.h"
#include "base/str.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <zlib.h>

enum { STORED_MAX = 65535, RAW_DEFLATE = -15, GZIP_WRAP = 15 + 16 };

bool gzip_accepted(const struct request *request) {
    const char *accept = request_header(request, "Accept-Encoding");
    for (const char *at = accept; at != NULL && *at != '\0';) {
        at += strspn(at, " \t,");
        size_t len = strcspn(at, ",");
        size_t name = strcspn(at, ";, \t");
        if (name == 4 && strncasecmp(at, "gzip", 4) == 0) {
            const char *quality = memmem(at, len, "q=0", 3);
            return quality == NULL || strspn(quality + 3, ".0") != strcspn(quality + 3, ", \t;");
        }
        at += len;
    }
    return false;
}

char *gzip_alloc(const void *bytes, size_t size, size_t *out_size) {
    z_stream stream = { 0 };
    REQUIRE(deflateInit2(&stream, 9, Z_DEFLATED, GZIP_WRAP, 9, Z_DEFAULT_STRATEGY) == Z_OK);
    size_t bound = deflateBound(&stream, size);
    unsigned char *out = calloc(1, bound);
    unsigned char *in = calloc(1, size + 1); /* zlib's next_in is not const */
    REQUIRE(out != NULL && in != NULL);
    memcpy(in, bytes, size);
    stream.next_in = in;
    stream.avail_in = (unsigned)size;
    stream.next_out = out;
    stream.avail_out = (unsigned)bound;
    REQUIRE(deflate(&stream, Z_FINISH) == Z_STREAM_END);
    *out_size = stream.total_out;
    deflateEnd(&stream);
    free(in);
    if (*out_size < size) return (char *)out;
    free(out);
    return NULL;
}

static void put_le16(unsigned char *out, size_t value) {
    out[0] = (unsigned char)(value & 0xff);
    out[1] = (unsigned char)(value >> 8 & 0xff);
}

/* A stored block keeps the bytes as they are, so their content cannot change the length of what surrounds them. */
static struct gzip_part stored_part(struct arena *arena, struct gzip_piece piece) {
    REQUIRE(piece.size <= STORED_MAX);
    unsigned char *out = arena_alloc(arena, piece.size + 5);
    put_le16(out + 1, piece.size);
    put_le16(out + 3, ~piece.size & 0xffff);
    memcpy(out + 5, piece.bytes, piece.size);
    return (struct gzip_part){ (const char *)out, piece.size + 5, piece.size,
                               crc32(0, (const unsigned char *)piece.bytes, (unsigned)piece.size) };
}

static struct gzip_part deflated_part(struct arena *arena, z_stream *stream, struct gzip_piece piece) {
    size_t bound = deflateBound(stream, piece.size) + 16;
    unsigned char *out = arena_alloc(arena, bound);
    union { /* zlib's next_in is not const without ZLIB_CONST, but it only reads */
        const char *in;
        unsigned char *zlib;
    } bytes = { piece.bytes };
    stream->next_in = bytes.zlib;
    stream->avail_in = (unsigned)piece.size;
    stream->next_out = out;
    stream->avail_out = (unsigned)bound;
    REQUIRE(deflate(stream, Z_FULL_FLUSH) == Z_OK && stream->avail_in == 0);
    return (struct gzip_part){ (const char *)out, bound - stream->avail_out, piece.size,
                               crc32(0, (const unsigned char *)piece.bytes, (unsigned)piece.size) };
}

/* After a full flush nothing refers back, so stored blocks may stand between the parts of one stream. A cached page has
 * nothing but secrets left to pack: it does without the quarter of a megabyte a stream takes. */
void gzip_parts(struct arena *arena, const struct gzip_piece *pieces, size_t count, struct gzip_part *parts) {
    z_stream stream = { 0 };
    bool open = false;
    for (size_t i = 0; i < count; i++) {
        bool plain = pieces[i].size > 0 && !pieces[i].secret;
        if (plain && !open) REQUIRE(deflateInit2(&stream, 1, Z_DEFLATED, RAW_DEFLATE, 8, Z_DEFAULT_STRATEGY) == Z_OK);
        open = open || plain;
        if (pieces[i].size == 0) parts[i] = (struct gzip_part){ "", 0, 0, crc32(0, NULL, 0) };
        else if (pieces[i].secret) parts[i] = stored_part(arena, pieces[i]);
        else parts[i] = deflated_part(arena, &stream, pieces[i]);
    }
    if (open) deflateEnd(&stream);
}

void gzip_join(struct buf *out, const struct gzip_part *parts, size_t count) {
    static const char HEAD[10] = { 0x1f, (char)0x8b, 8, 0, 0, 0, 0, 0, 0, 3 };
    static const char LAST[5] = { 1, 0, 0, (char)0xff, (char)0xff }; /* an empty final block */
    unsigned long crc = crc32(0, NULL, 0);
    size_t size = 0;
    buf_add(out, HEAD, sizeof HEAD);
    for (size_t i = 0; i < count; i++) {
        buf_add(out, parts[i].deflated, parts[i].deflated_size);
        crc = crc32_combine(crc, parts[i].crc, (z_off_t)parts[i].size);
        size += parts[i].size;
    }
    buf_add(out, LAST, sizeof LAST);
    unsigned char tail[8];
    put_le16(tail, crc);
    put_le16(tail + 2, crc >> 16);
    put_le16(tail + 4, size);
    put_le16(tail + 6, size >> 16);
    buf_add(out, (const char *)tail, sizeof tail);
}
