/* Cursors: only our own are taken, and they come back as they were. */
#include "fuzz/fuzz.h"

#include "base/arena.h"
#include "base/require.h"
#include "base/str.h"
#include "http/cursor.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size) {
    struct arena *arena = arena_new(ARENA_REQUEST_CAP);
    const char *text = arena_strn(arena, (const char *)bytes, size);
    int64_t key = 0, id = 0;
    if (cursor_read(text, &key, &id)) REQUIRE(str_eq(cursor_make(arena, key, id), text));
    arena_free(arena);
    return 0;
}
