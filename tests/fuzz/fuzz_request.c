/* Request heads: what passes the gate has a length that is certain and a path without hidden meaning. */
#include "fuzz/fuzz.h"

#include "base/arena.h"
#include "base/require.h"
#include "base/str.h"
#include "http/cookie.h"
#include "http/gate.h"
#include "http/head.h"
#include "http/urlenc.h"

#include <string.h>

static void look_at(struct arena *arena, const struct gate_head *head) {
    static const char *const HOSTS[] = { "portal.example.com", NULL };
    const struct gate_rules rules = { HOSTS, false };
    struct gate_pass pass;
    const struct http_pair *pairs;
    const char *code = "";
    int status = gate_check(head, &rules, &pass, &code);
    for (size_t i = 0; i < head->header_count; i++) cookie_find(arena, head->headers[i].value, "bongsu");
    if (status != 0) {
        REQUIRE(status >= 400 && status < 600 && *code != '\0');
        return;
    }
    REQUIRE(pass.content_length >= 0 && pass.content_length < 1000000000);
    const char *path = urlenc_decode(arena, head->uri, strlen(head->uri), false);
    if (path != NULL) {
        REQUIRE(path[0] == '/' && strstr(path, "//") == NULL && strstr(path, "/../") == NULL &&
                strchr(path, '\\') == NULL);
        REQUIRE(strpbrk(path, "\r\n") == NULL && !str_ends(path, "/.."));
    }
    if (head->query != NULL) (void)urlenc_pairs(arena, head->query, strlen(head->query), &pairs);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size) {
    struct arena *arena = arena_new(ARENA_REQUEST_CAP);
    struct gate_head head = { 0 };
    if (head_parse(arena, arena_strn(arena, (const char *)bytes, size), &head)) look_at(arena, &head);
    arena_free(arena);
    return 0;
}
