/* Urlencoded forms: pairs that come out are UTF-8 without NUL, and escape back to what reads the same. */
#include "fuzz/fuzz.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/require.h"
#include "base/str.h"
#include "http/http.h"
#include "http/urlenc.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size) {
    struct arena *arena = arena_new(ARENA_REQUEST_CAP);
    const struct http_pair *pairs;
    if (urlenc_pairs(arena, (const char *)bytes, size, &pairs)) {
        for (; pairs->name != NULL; pairs++) {
            struct buf again;
            REQUIRE(utf8_valid(pairs->value, strlen(pairs->value)));
            buf_init(&again, arena, 4 * 1024 * 1024);
            urlenc_add(&again, pairs->value);
            REQUIRE(str_eq(urlenc_decode(arena, again.data, again.len, true), pairs->value));
        }
    }
    arena_free(arena);
    return 0;
}
