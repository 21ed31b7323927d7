/* multipart/form-data: see multipart.h. */
#include "http/multipart.h"

#include "base/arena.h"
#include "base/str.h"

#include <string.h>
#include <strings.h>

struct scan {
    struct arena *arena;
    const char *at, *end;
    const char *delimiter; /* CR LF -- boundary */
    size_t delimiter_len;
};

struct part {
    const char *name, *filename, *content_type;
    const char *bytes;
    size_t size;
};

static const char *read_boundary(struct arena *arena, const char *content_type) {
    enum { BOUNDARY_MAX = 70 };
    const char *at = strcasestr(content_type, "boundary=");
    if (at == NULL) return NULL;
    at += strlen("boundary=");
    bool quoted = *at == '"';
    at += quoted;
    size_t len = strcspn(at, quoted ? "\"" : "; \t");
    return len == 0 || len > BOUNDARY_MAX ? NULL : arena_strn(arena, at, len);
}

/* name="…" of a Content-Disposition value; browsers escape quotes as %22 and send UTF-8 as it is. */
static const char *parameter(struct arena *arena, const char *value, const char *name) {
    size_t len = strlen(name);
    for (const char *at = strchr(value, ';'); at != NULL; at = strchr(at, ';')) {
        at++;
        at += strspn(at, " \t");
        if (strncasecmp(at, name, len) != 0 || strncmp(at + len, "=\"", 2) != 0) {
            const char *quote = strchr(at, '"'); /* a semicolon inside quotes is not a separator */
            const char *next = strchr(at, ';');
            if (quote != NULL && next != NULL && quote < next && (quote = strchr(quote + 1, '"')) != NULL) at = quote;
            continue;
        }
        at += len + 2;
        const char *close = strchr(at, '"');
        if (close == NULL || close - at > MULTIPART_NAME_MAX) return NULL;
        return arena_strn(arena, at, (size_t)(close - at));
    }
    return NULL;
}

static bool read_header(struct arena *arena, const char *line, struct part *part) {
    const char *colon = strchr(line, ':');
    if (colon == NULL) return false;
    const char *value = colon + 1 + strspn(colon + 1, " \t");
    size_t name_len = (size_t)(colon - line);
    if (name_len == 19 && strncasecmp(line, "Content-Disposition", name_len) == 0) {
        if (strncasecmp(value, "form-data", 9) != 0) return false;
        part->name = parameter(arena, value, "name");
        part->filename = parameter(arena, value, "filename");
    } else if (name_len == 12 && strncasecmp(line, "Content-Type", name_len) == 0) {
        part->content_type = value;
    }
    return true;
}

/* Lines up to the empty one. */
static bool read_headers(struct scan *scan, struct part *part) {
    enum { LINES_MAX = 8, LINE_MAX = 1000 };
    for (int i = 0; i < LINES_MAX; i++) {
        const char *line_end = memmem(scan->at, (size_t)(scan->end - scan->at), "\r\n", 2);
        if (line_end == NULL || line_end - scan->at > LINE_MAX) return false;
        size_t len = (size_t)(line_end - scan->at);
        const char *line = arena_strn(scan->arena, scan->at, len);
        scan->at = line_end + 2;
        if (len == 0) return part->name != NULL;
        if (!utf8_printable(line, len, false) || !read_header(scan->arena, line, part)) return false;
    }
    return false;
}

/* After a delimiter: "--" ends the body, CR LF begins a part. */
static bool read_part(struct scan *scan, struct part *part) {
    *part = (struct part){ 0 };
    if (scan->end - scan->at < 2 || memcmp(scan->at, "\r\n", 2) != 0) return false;
    scan->at += 2;
    if (!read_headers(scan, part)) return false;
    scan->at -= 2; /* the delimiter of an empty part begins with the CR LF just read */
    const char *close = memmem(scan->at, (size_t)(scan->end - scan->at), scan->delimiter, scan->delimiter_len);
    if (close == NULL) return false;
    part->bytes = close == scan->at ? close : scan->at + 2;
    part->size = (size_t)(close - part->bytes);
    scan->at = close + scan->delimiter_len;
    return true;
}

bool multipart_parse(struct arena *arena, const char *content_type, const char *bytes, size_t size,
                     struct multipart *out) {
    const char *boundary = read_boundary(arena, content_type);
    if (boundary == NULL) return false;
    struct http_pair *fields = ARENA_ARRAY(arena, MULTIPART_PARTS_MAX + 1, struct http_pair);
    struct http_upload *uploads = ARENA_ARRAY(arena, MULTIPART_PARTS_MAX + 1, struct http_upload);
    size_t field_count = 0, upload_count = 0;
    struct scan scan = { .arena = arena, .at = bytes, .end = bytes + size };
    scan.delimiter = arena_printf(arena, "\r\n--%s", boundary);
    scan.delimiter_len = strlen(scan.delimiter);
    if (size < scan.delimiter_len - 2 || memcmp(bytes, scan.delimiter + 2, scan.delimiter_len - 2) != 0) return false;
    scan.at += scan.delimiter_len - 2;
    while (!(scan.end - scan.at >= 2 && memcmp(scan.at, "--", 2) == 0)) {
        struct part part;
        if (field_count + upload_count == MULTIPART_PARTS_MAX || !read_part(&scan, &part)) return false;
        if (part.filename != NULL) {
            const char *type = part.content_type == NULL ? "application/octet-stream" : part.content_type;
            uploads[upload_count++] = (struct http_upload){ part.name, part.filename, type, part.bytes, part.size };
        } else {
            if (!utf8_valid(part.bytes, part.size) || memchr(part.bytes, '\0', part.size) != NULL) return false;
            fields[field_count++] = (struct http_pair){ part.name, arena_strn(arena, part.bytes, part.size) };
        }
    }
    *out = (struct multipart){ fields, uploads };
    return true;
}
