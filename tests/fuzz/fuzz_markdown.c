/* Markdown: whatever is typed, no tag comes out that could act. */
#include "fuzz/fuzz.h"

#include "base/arena.h"
#include "base/require.h"
#include "text/markdown.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size) {
    static const char *const NEVER[] = { "<script",     "<iframe", "<style", "<svg", "<object", "href=\"javascript:",
                                         "href=\"data:" };
    struct arena *arena = arena_new(ARENA_REQUEST_CAP);
    const char *text = arena_strn(arena, (const char *)bytes, size < 20000 ? size : 20000);
    char *html;
    struct error err;
    if (markdown_render(arena, text, &html, &err)) {
        for (size_t i = 0; i < sizeof NEVER / sizeof *NEVER; i++) REQUIRE(strstr(html, NEVER[i]) == NULL);
    }
    arena_free(arena);
    return 0;
}
