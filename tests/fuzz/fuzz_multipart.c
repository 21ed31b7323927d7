/* Multipart forms: every part lies within the body. */
#include "fuzz/fuzz.h"

#include "base/arena.h"
#include "base/require.h"
#include "base/str.h"
#include "http/multipart.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size) {
    struct arena *arena = arena_new(ARENA_REQUEST_CAP);
    const char *body = (const char *)bytes;
    struct multipart parts;
    if (multipart_parse(arena, "multipart/form-data; boundary=\"b\"", body, size, &parts)) {
        for (const struct http_pair *at = parts.fields; at->name != NULL; at++)
            REQUIRE(utf8_valid(at->value, strlen(at->value)));
        for (const struct http_upload *at = parts.uploads; at->field != NULL; at++) {
            REQUIRE(at->bytes >= body && at->bytes + at->size <= body + size);
        }
    }
    arena_free(arena);
    return 0;
}
