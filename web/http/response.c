/* Answers: what handlers fill in (http.h), and how it goes over the wire: headers, ETag, 304, gzip, one buffer. */
#include "http/http_internal.h"

#include "app.h"
#include "base/arena.h"
#include "base/json.h"
#include "base/str.h"
#include "http/cookie.h"
#include "http/gzip.h"
#include "http/page_entry.h"
#include "http/urlenc.h"

#include <sodium.h>
#include <string.h>
#include <xxhash.h>

enum { HEAD_MAX = 32 * 1024, COMPRESS_FROM = 1024 };

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

/* What goes out, decided: the body's pieces and whether there is a body at all. */
struct outcome {
    struct gzip_piece *pieces;
    const struct page_piece **ready; /* digest and compressed form are known; NULL: not yet */
    size_t count, size;
    const char *etag; /* NULL: none */
    bool unchanged; /* 304: the client has it */
    bool empty; /* no body and no length */
    bool varies; /* by Accept-Encoding */
};

static void add_piece(struct outcome *out, const struct request *request, const struct slot_piece *text,
                      const struct page_piece *ready) {
    out->ready[out->count] = ready;
    out->pieces[out->count++] = (struct gzip_piece){ text->bytes, text->size, false };
    if (text->slot == SLOT_COUNT) return;
    const char *value = slot_value(request, text->slot);
    out->ready[out->count] = NULL;
    out->pieces[out->count++] = (struct gzip_piece){ value, strlen(value), true };
}

/* Every text may be followed by what takes the place of its slot. In the arena: a frame of the stack that is large once
 * stays with every worker. */
static void outcome_for(struct arena *arena, size_t texts, struct outcome *out) {
    out->pieces = arena_memory(arena, 2 * texts * sizeof *out->pieces);
    out->ready = arena_memory(arena, 2 * texts * sizeof *out->ready);
}

/* The body in pieces: what belongs to this reader takes the place of the slots. */
static void split_body(const struct request *request, const struct response *response, struct outcome *out) {
    struct arena *arena = request->op->arena;
    if (response->cached != NULL) {
        const struct page_entry *entry = response->cached;
        outcome_for(arena, entry->count, out);
        for (size_t i = 0; i < entry->count; i++) add_piece(out, request, &entry->pieces[i].text, &entry->pieces[i]);
        return;
    }
    if (response->has_slots) {
        struct slot_piece *texts = arena_memory(arena, SLOT_PIECES_MAX * sizeof *texts);
        size_t count = slots_split(request->http, response->body.data, response->body.len, texts);
        outcome_for(arena, count, out);
        for (size_t i = 0; i < count; i++) add_piece(out, request, &texts[i], NULL);
        return;
    }
    bool ready = response->ready != NULL;
    const struct slot_piece whole = { ready ? response->ready : response->body.data,
                                      ready ? response->ready_size : response->body.len, SLOT_COUNT };
    outcome_for(arena, 1, out);
    add_piece(out, request, &whole, NULL);
}

void piece_digest(const char *bytes, size_t size, unsigned char out[PIECE_DIGEST]) {
    XXH128_canonical_t digest; /* the same on every node, whatever its byte order */
    XXH128_canonicalFromHash(&digest, XXH3_128bits(bytes, size));
    memcpy(out, digest.digest, PIECE_DIGEST);
}

static const char *hash_pieces(struct arena *arena, const struct outcome *out) {
    unsigned char *all = arena_memory(arena, out->count * PIECE_DIGEST);
    unsigned char digest[PIECE_DIGEST];
    char hex[PIECE_DIGEST * 2 + 1];
    for (size_t i = 0; i < out->count; i++) {
        unsigned char *one = all + i * PIECE_DIGEST;
        if (out->ready[i] != NULL) memcpy(one, out->ready[i]->digest, PIECE_DIGEST);
        else piece_digest(out->pieces[i].bytes, out->pieces[i].size, one);
    }
    piece_digest((const char *)all, out->count * PIECE_DIGEST, digest);
    sodium_bin2hex(hex, sizeof hex, digest, sizeof digest);
    return arena_printf(arena, "\"%s\"", hex);
}

static bool compressible(const struct response *response) {
    const char *type = response->content_type;
    if (type == NULL || strstr(response->headers.data, "Content-Encoding:") != NULL) return false;
    return str_starts(type, "text/") || strstr(type, "json") != NULL || strstr(type, "xml") != NULL;
}

bool leaves_packed(const struct request *request, const struct response *response, size_t size) {
    return size >= COMPRESS_FROM && compressible(response) && gzip_accepted(request);
}

static void compress(struct arena *arena, struct outcome *out) {
    struct gzip_part *parts = arena_memory(arena, out->count * sizeof *parts);
    struct gzip_piece *missing = arena_memory(arena, out->count * sizeof *missing);
    struct gzip_part *made = arena_memory(arena, out->count * sizeof *made);
    size_t missing_count = 0, taken = 0, size = 64;
    for (size_t i = 0; i < out->count; i++) {
        if (out->ready[i] == NULL) missing[missing_count++] = out->pieces[i];
    }
    gzip_parts(arena, missing, missing_count, made);
    for (size_t i = 0; i < out->count; i++) {
        parts[i] = out->ready[i] == NULL ? made[taken++] : out->ready[i]->packed;
        size += parts[i].deflated_size;
    }
    struct buf packed;
    buf_init(&packed, arena, size);
    buf_reserve(&packed, size);
    gzip_join(&packed, parts, out->count);
    out->pieces[0] = (struct gzip_piece){ packed.data, packed.len, false };
    out->count = 1;
    out->size = packed.len;
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
                              const struct response *response, const struct outcome *out) {
    if (request->method != HTTP_GET || response->status != 200) return response->etag;
    if (response->etag != NULL && out->count == 1) return response->etag;
    return hash_pieces(exchange->arena, out);
}

static void drop_oversized(struct exchange *exchange, struct request *request, struct response *response) {
    struct error err;
    if (!response->body.overflow) return;
    buf_init(&response->body, exchange->arena, HTTP_BODY_MAX);
    (void)ERROR(&err, ERR_INTERNAL, "request.answer_too_large", "%s", request->path);
    respond_error(request, response, &err);
}

static void decide(const struct exchange *exchange, const struct request *request, struct response *response,
                   struct outcome *out) {
    split_body(request, response, out);
    out->etag = entity_tag(exchange, request, response, out);
    bool conditional = out->etag != NULL && request->method == HTTP_GET && response->status == 200;
    out->unchanged = conditional && request_none_match(request, out->etag);
    out->empty = out->unchanged || response->status == 304 || response->status == 204;
    out->varies = compressible(response);
    for (size_t i = 0; i < out->count; i++) out->size += out->pieces[i].size;
    if (out->empty || !leaves_packed(request, response, out->size)) return;
    compress(exchange->arena, out);
    response_header(response, "Content-Encoding", "gzip");
}

/* Lays the whole answer out in one buffer, so that it leaves in one write. */
void exchange_finish(struct exchange *exchange, struct request *request, struct response *response) {
    struct outcome outcome;
    outcome.count = outcome.size = 0;
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
