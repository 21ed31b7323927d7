/* Idempotency-Key: see idempotency.h. */
#include "http/idempotency.h"

#include "base/arena.h"
#include "base/log.h"
#include "base/secret.h"
#include "base/str.h"
#include "http/router.h"
#include "ledger/idempotency.h"

#include <string.h>

enum { KEY_MAX = 255 };

/* The header is a structured-field string; the bare word is taken as well. NULL: not usable. */
static const char *clean_key(struct arena *arena, const char *header) {
    size_t len = strlen(header);
    if (len >= 2 && header[0] == '"' && header[len - 1] == '"') {
        header++;
        len -= 2;
    }
    if (len < 1 || len > KEY_MAX || !utf8_printable(header, len, false)) return NULL;
    return arena_strn(arena, header, len);
}

static struct idempotency_claim *make_claim(struct request *request, const char *key) {
    struct arena *arena = request->op->arena;
    const struct actor *actor = request->op->actor;
    char hash[SECRET_HASH_SIZE];
    struct idempotency_claim *claim = ARENA_NEW(arena, struct idempotency_claim);
    secret_sha256(request->raw_body, request->body_size, hash);
    claim->scope =
        arena_printf(arena, "%lld %s %s", (long long)actor->user_id, http_method_name(request->method), request->path);
    claim->key = key;
    claim->body_hash = arena_str(arena, hash);
    return claim;
}

static void repeat(struct response *response, const struct idempotency_answer *answer) {
    response->status = (int)answer->status;
    response->content_type = answer->status >= 400 ? "application/problem+json" : "application/json";
    if (answer->location != NULL) response_header(response, "Location", answer->location);
    response_header(response, "Idempotency-Replayed", "true");
    if (answer->body != NULL) buf_puts(&response->body, answer->body);
}

bool idempotency_step(struct exchange *exchange, struct request *request, struct response *response) {
    struct error err;
    struct idempotency_answer answer;
    bool answered;
    const char *header = request_header(request, "Idempotency-Key");
    bool person = request->op->actor->user_id != 0;
    if (header == NULL || request->method == HTTP_GET || !person || !request_is_api(request)) return true;
    const char *key = clean_key(exchange->arena, header);
    if (key == NULL) {
        (void)ERROR(&err, ERR_UNREADABLE, "idempotency.key", "%zu bytes", strlen(header));
        respond_error(request, response, &err);
        return false;
    }
    struct idempotency_claim *claim = make_claim(request, key);
    if (!idempotency_begin(request->op, claim, &answered, &answer, &err)) {
        respond_error(request, response, &err);
        return false;
    }
    if (answered) repeat(response, &answer);
    else exchange->claim = claim;
    return !answered;
}

static const char *location_of(struct arena *arena, const struct response *response) {
    const char *line = strstr(response->headers.data, "Location: ");
    if (line == NULL) return NULL;
    line += strlen("Location: ");
    return arena_strn(arena, line, strcspn(line, "\r"));
}

void idempotency_keep(struct exchange *exchange, struct request *request, struct response *response) {
    struct error err;
    if (exchange->claim == NULL) return;
    struct idempotency_answer answer = { response->status, response->body.data,
                                         location_of(exchange->arena, response) };
    bool text = memchr(response->body.data, '\0', response->body.len) == NULL;
    bool final = response->status < 500 && response->status != 429 && text;
    bool kept = final ? idempotency_finish(request->op, exchange->claim, &answer, &err)
                      : idempotency_drop(request->op, exchange->claim, &err);
    if (!kept) log_error("idempotency_not_kept", request->op->request_id, &err);
}
