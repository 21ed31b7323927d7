/* Templates: any text loads or is refused; what loads never lets a value out of its place. The values are chosen so
 * that a quote, a tag or a scheme that got through shows itself. */
#include "fuzz/fuzz.h"

#include "base/arena.h"
#include "base/json.h"
#include "base/require.h"
#include "base/str.h"
#include "text/i18n.h"
#include "view/template_internal.h"

#include <string.h>

static void check(struct arena *arena, const char *text, enum template_kind kind, const json_t *view) {
    struct template template;
    struct error err;
    struct buf out;
    if (!template_compile(arena, "fuzz", kind, text, &template, &err)) return;
    buf_init(&out, arena, 256 * 1024);
    if (!template_run(&template, view, &(struct render_options){ i18n_get("ko"), false, NULL }, &out, &err)) return;
    if (kind != TEMPLATE_HTML || strstr(text, "\xe2\x98\x83") != NULL) return;
    /* the value is the only source of U+2603; a quote or < right after it came with it */
    for (const char *at = out.data; (at = strstr(at, "\xe2\x98\x83")) != NULL; at += 3)
        REQUIRE(at[3] != '<' && at[3] != '"' && at[3] != '\'');
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size) {
    struct arena *arena = arena_new(ARENA_REQUEST_CAP);
    const char *text = arena_strn(arena, (const char *)bytes, size < 20000 ? size : 20000);
    json_t *view = json_obj(arena);
    json_t *list = json_array();
    for (int i = 0; i < 3; i++) json_push(list, json_string("\xe2\x98\x83<b>\"'"));
    json_put(view, "l", list);
    json_put_text(view, "x", "\xe2\x98\x83\"><script>'");
    json_put_bool(view, "y", true);
    check(arena, text, TEMPLATE_HTML, view);
    check(arena, text, TEMPLATE_TEXT, view);
    check(arena, text, TEMPLATE_SLACK, view);
    arena_free(arena);
    return 0;
}
