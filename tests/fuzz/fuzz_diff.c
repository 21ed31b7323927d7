/* Diff: whatever two texts, the parts give both back byte for byte. The input is cut at its first 0xFF. */
#include "fuzz/fuzz.h"

#include "base/arena.h"
#include "base/require.h"
#include "text/diff.h"

#include <string.h>

enum { HALF_MAX = 1000 };

static void rebuild(const struct diff_part *parts, size_t count, enum diff_kind kind, const char *want) {
    size_t at = 0;
    for (size_t i = 0; i < count; i++) {
        if (parts[i].kind != DIFF_SAME && parts[i].kind != kind) continue;
        size_t len = strlen(parts[i].text);
        REQUIRE(len > 0 && strncmp(want + at, parts[i].text, len) == 0);
        at += len;
    }
    REQUIRE(want[at] == '\0');
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size) {
    struct arena *arena = arena_new(ARENA_REQUEST_CAP);
    const uint8_t *cut = size == 0 ? NULL : memchr(bytes, 0xff, size);
    size_t first = cut == NULL ? size / 2 : (size_t)(cut - bytes);
    size_t second = size - first;
    const char *before = arena_strn(arena, (const char *)bytes, first < HALF_MAX ? first : HALF_MAX);
    const char *after = arena_strn(arena, (const char *)bytes + first, second < HALF_MAX ? second : HALF_MAX);
    size_t (*const ways[])(struct arena *, const char *, const char *, struct diff_part **) = { diff_lines,
                                                                                                diff_words };
    for (size_t i = 0; i < 2; i++) {
        struct diff_part *parts = NULL;
        size_t count = ways[i](arena, before, after, &parts);
        rebuild(parts, count, DIFF_REMOVED, before);
        rebuild(parts, count, DIFF_ADDED, after);
    }
    arena_free(arena);
    return 0;
}
