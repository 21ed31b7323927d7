/* Answers: what handlers fill in (http.h), and how it goes over the wire: headers, ETag, 304, gzip, one buffer. */
#include "http/http_internal.h"

#include "app.h"
#include "base/arena.h"
#include "base/json.h"
#include "base/str.h"
#include "http/cookie.h"
#include "http/gzip.h"
#include "http/urlenc.h"

#include <sodium.h>
#include <string.h>

enum { HEAD_MAX = 32 * 1024, PIECES_MAX = 64, COMPRESS_FROM = 1024 };

static const char CSP_HTML[] =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
static const char CSP_OTHER[] = "default-src 'none'; frame-ancestors 'none'";

void response_header(struct response *response, const char *name, const char *value) {
    if (strpbrk(value, "\r\n") != NULL) return; /* a value with a line break would be a header of its own */
    buf_printf(&response->headers, "%s: %s\r\n", name, value);
}

void respond_json(struct response *response, int status, const json_t *value) {
    response->status = status;
    response->content_type = "application/json";
    response->body.len = 0;
    const char *text = json_dump(response->body.arena, value);
    buf_puts(&response->body, text);
}

void respond_redirect(struct response *response, const char *location) {
    response->status = 303;
    response->content_type = NULL;
    response->body.len = 0;
    response_header(response, "Location", location);
}

void respond_session_cookie(const struct request *request, struct response *response, const char *token) {
    enum { FORTNIGHT_S = 14 * 24 * 3600 };
    cookie_set(response, &(struct cookie){ session_cookie_name(request->http), token == NULL ? "" : token,
                                           token == NULL ? 0 : FORTNIGHT_S, request->http->secure, true });
}

void response_next(struct request *request, struct response *response, const char *cursor) {
    if (cursor == NULL) return;
    struct buf link;
    buf_init(&link, request->op->arena, 16384);
    buf_printf(&link, "<%s%s?", request->app->base_url, request->path);
    for (const struct http_pair *pair = request->query; pair != NULL && pair->name != NULL; pair++) {
        if (str_eq(pair->name, "cursor")) continue;
        urlenc_add(&link, pair->name);
        buf_putc(&link, '=');
        urlenc_add(&link, pair->value);
        buf_putc(&link, '&');
    }
    buf_puts(&link, "cursor=");
    urlenc_add(&link, cursor);
    buf_puts(&link, ">; rel=\"next\"");
    response_header(response, "Link", link.data);
}

/* The body in pieces: the session's token takes the place of every marker. */
static size_t split_body(const struct request *request, const struct response *response, struct gzip_piece *pieces) {
    const char *at = response->ready != NULL ? response->ready : response->body.data;
    const char *end = at + (response->ready != NULL ? response->ready_size : response->body.len);
    size_t count = 0;
    size_t marker_len = strlen(request->http->marker);
    while (response->has_marker && request->csrf != NULL && count < PIECES_MAX - 2) {
        const char *found = memmem(at, (size_t)(end - at), request->http->marker, marker_len);
        if (found == NULL) break;
        pieces[count++] = (struct gzip_piece){ at, (size_t)(found - at), false };
        pieces[count++] = (struct gzip_piece){ request->csrf, strlen(request->csrf), true };
        at = found + marker_len;
    }
    pieces[count++] = (struct gzip_piece){ at, (size_t)(end - at), false };
    return count;
}

static const char *hash_pieces(struct arena *arena, const struct gzip_piece *pieces, size_t count) {
    static const unsigned char KEY[crypto_shorthash_siphashx24_KEYBYTES] = "bongsu etag 1"; /* the same on every node */
    unsigned char digest[crypto_shorthash_siphashx24_BYTES];
    unsigned char chain[PIECES_MAX * sizeof digest];
    for (size_t i = 0; i < count; i++) {
        crypto_shorthash_siphashx24(digest, (const unsigned char *)pieces[i].bytes, pieces[i].size, KEY);
        memcpy(chain + i * sizeof digest, digest, sizeof digest);
    }
    if (count > 1) crypto_shorthash_siphashx24(digest, chain, count * sizeof digest, KEY);
    char hex[sizeof digest * 2 + 1];
    sodium_bin2hex(hex, sizeof hex, digest, sizeof digest);
    return arena_printf(arena, "\"%s\"", hex);
}

static bool compressible(const struct response *response) {
    const char *type = response->content_type;
    if (type == NULL || strstr(response->headers.data, "Content-Encoding:") != NULL) return false;
    return str_starts(type, "text/") || strstr(type, "json") != NULL || strstr(type, "xml") != NULL;
}

static void compress(struct arena *arena, struct gzip_piece *pieces, size_t *count) {
    struct gzip_part parts[PIECES_MAX];
    size_t size = 64;
    for (size_t i = 0; i < *count; i++) {
        parts[i] = gzip_part(arena, pieces[i]);
        size += parts[i].deflated_size;
    }
    struct buf packed;
    buf_init(&packed, arena, size);
    buf_reserve(&packed, size);
    gzip_join(&packed, parts, *count);
    pieces[0] = (struct gzip_piece){ packed.data, packed.len, false };
    *count = 1;
}

static void add_fixed_headers(struct buf *out, const struct exchange *exchange, const struct request *request,
                              const struct response *response) {
    bool html = response->content_type != NULL && str_starts(response->content_type, "text/html");
    const char *cache = response->cache_control;
    if (cache == NULL) cache = request->session != NULL || request->bearer ? "no-store" : "no-cache";
    buf_printf(out, "Cache-Control: %s\r\n", cache);
    buf_puts(out, "X-Content-Type-Options: nosniff\r\n");
    buf_printf(out, "Content-Security-Policy: %s\r\n", html ? CSP_HTML : CSP_OTHER);
    if (html) {
        buf_puts(out,
                 "Referrer-Policy: same-origin\r\nCross-Origin-Opener-Policy: same-origin\r\n"
                 "Permissions-Policy: camera=(), microphone=(), geolocation=()\r\n");
    } else {
        buf_puts(out, "Referrer-Policy: no-referrer\r\n");
    }
    if (exchange->http->secure) buf_puts(out, "Strict-Transport-Security: max-age=31536000\r\n");
    if (exchange->close) buf_puts(out, "Connection: close\r\n");
    else if (str_eq(exchange->head.version, "1.0")) buf_puts(out, "Connection: keep-alive\r\n");
    buf_printf(out, "X-Request-Id: %s\r\n", request->op->request_id);
}

static const char *entity_tag(const struct exchange *exchange, const struct request *request,
                              const struct response *response, const struct gzip_piece *pieces, size_t count) {
    if (request->method != HTTP_GET || response->status != 200) return response->etag;
    if (response->etag != NULL && count == 1) return response->etag;
    return hash_pieces(exchange->arena, pieces, count);
}

/* What goes out, decided: the body's pieces and whether there is a body at all. */
struct outcome {
    struct gzip_piece pieces[PIECES_MAX];
    size_t count, size;
    const char *etag; /* NULL: none */
    bool unchanged; /* 304: the client has it */
    bool empty; /* no body and no length */
    bool varies; /* by Accept-Encoding */
};

static void drop_oversized(struct exchange *exchange, struct request *request, struct response *response) {
    struct error err;
    if (!response->body.overflow) return;
    buf_init(&response->body, exchange->arena, HTTP_BODY_MAX);
    (void)ERROR(&err, ERR_INTERNAL, "request.answer_too_large", "%s", request->path);
    respond_error(request, response, &err);
}

static void decide(const struct exchange *exchange, const struct request *request, struct response *response,
                   struct outcome *out) {
    out->count = split_body(request, response, out->pieces);
    out->etag = entity_tag(exchange, request, response, out->pieces, out->count);
    bool conditional = out->etag != NULL && request->method == HTTP_GET && response->status == 200;
    out->unchanged = conditional && request_none_match(request, out->etag);
    out->empty = out->unchanged || response->status == 304 || response->status == 204;
    out->varies = compressible(response);
    for (size_t i = 0; i < out->count; i++) out->size += out->pieces[i].size;
    if (out->empty || !out->varies || out->size < COMPRESS_FROM || !gzip_accepted(request)) return;
    compress(exchange->arena, out->pieces, &out->count);
    response_header(response, "Content-Encoding", "gzip");
    out->size = out->pieces[0].size;
}

/* Lays the whole answer out in one buffer, so that it leaves in one write. */
void exchange_finish(struct exchange *exchange, struct request *request, struct response *response) {
    struct outcome outcome = { .count = 0 };
    struct buf *out = &exchange->out;
    drop_oversized(exchange, request, response);
    decide(exchange, request, response, &outcome);
    bool with_body = !outcome.empty && !exchange->pass.head;
    exchange->status = outcome.unchanged ? 304 : response->status;
    buf_init(out, exchange->arena, outcome.size + response->headers.len + HEAD_MAX);
    buf_reserve(out, (with_body ? outcome.size : 0) + response->headers.len + 2048);
    buf_printf(out, "HTTP/1.1 %d %s\r\n", exchange->status, http_status_text(exchange->status));
    if (!outcome.empty) {
        if (response->content_type != NULL) buf_printf(out, "Content-Type: %s\r\n", response->content_type);
        buf_printf(out, "Content-Length: %zu\r\n", outcome.size);
    }
    if (outcome.varies) buf_puts(out, "Vary: Accept-Encoding\r\n");
    if (outcome.etag != NULL) buf_printf(out, "ETag: %s\r\n", outcome.etag);
    add_fixed_headers(out, exchange, request, response);
    buf_add(out, response->headers.data, response->headers.len);
    buf_puts(out, "\r\n");
    for (size_t i = 0; i < outcome.count && with_body; i++)
        buf_add(out, outcome.pieces[i].bytes, outcome.pieces[i].size);
    REQUIRE(!out->overflow);
}
