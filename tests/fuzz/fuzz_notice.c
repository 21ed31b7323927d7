/* Notice texts, particles, facts and message bytes: any text is filled in or refused, with places inside the text. */
#include "fuzz/fuzz.h"

#include "base/arena.h"
#include "base/json.h"
#include "base/require.h"
#include "base/str.h"
#include "notice/agree.h"
#include "notice/render.h"
#include "notice/sms.h"
#include "text/bigram.h"
#include "text/diff.h"
#include "text/i18n.h"
#include "text/josa.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size) {
    struct arena *arena = arena_new(ARENA_REQUEST_CAP);
    const char *text = arena_strn(arena, (const char *)bytes, size < 20000 ? size : 20000);
    if (utf8_valid(text, strlen(text))) {
        struct notice_faults faults;
        char *out;
        json_t *vars = json_obj(arena);
        json_put_text(vars, "a", text);
        if (!notice_render(arena, text, vars, i18n_get("ko"), &out, &faults)) {
            REQUIRE(faults.count > 0);
            for (size_t i = 0; i < faults.count; i++)
                REQUIRE(faults.list[i].offset + faults.list[i].length <= utf8_count(text) && faults.list[i].line > 0);
        }
        REQUIRE(josa_after(text, "으로/로") != NULL);
        struct fact facts[AGREE_FACTS_MAX];
        agree_facts(arena, text, facts);
        REQUIRE(sms_measure(arena, text).bytes <= strlen(text));
        const char **tokens;
        bigram_index(arena, text, &tokens);
        struct diff_part *parts;
        size_t half = strlen(text) / 2;
        while (half > 0 && ((unsigned char)text[half] & 0xc0) == 0x80) half--;
        diff_words(arena, arena_strn(arena, text, half), text + half, &parts);
    }
    arena_free(arena);
    return 0;
}
