/* The wording checker takes any text: places stay inside it and in order, in every unit. The first byte picks the
 * section, so that rules of all sections run. */
#include "fuzz/fuzz.h"

#include "base/arena.h"
#include "base/asset.h"
#include "base/require.h"
#include "base/secret.h"
#include "base/str.h"
#include "wording/wording.h"

#include <string.h>

enum { RULES_CAP = 128 * 1024 * 1024 };

static const struct wording_rules *load(void) {
    static struct wording_rules *rules; /* once for the whole run */
    if (rules != NULL) return rules;
    struct error err;
    secret_start();
    asset_start();
    REQUIRE(wording_rules_load(arena_new(RULES_CAP), NULL, &rules, &err));
    return rules;
}

static size_t utf16_units(const char *text, size_t size) {
    size_t units = 0;
    uint32_t point;
    for (size_t at = 0, step; at < size && (step = utf8_next(text + at, size - at, &point)) > 0; at += step) {
        units += point > 0xffff ? 2 : 1;
    }
    return units;
}

static void look(const struct wording_input *input, const struct wording_findings *findings) {
    uint32_t last = 0;
    for (size_t i = 0; i < findings->count; i++) {
        const struct wording_finding *finding = &findings->list[i];
        REQUIRE(finding->start < finding->end && finding->end_byte <= input->size && finding->start >= last);
        REQUIRE(utf16_units(input->text, finding->start_byte) == finding->start_utf16);
        REQUIRE(utf16_units(input->text, finding->end_byte) == finding->end_utf16);
        REQUIRE(finding->message != NULL && finding->suggestions != NULL);
        last = finding->start;
    }
}

/* Changed bytes seldom stay UTF-8; what is not becomes a space, so that the rules see the rest. */
static const char *mended(struct arena *arena, const char *bytes, size_t size) {
    char *text = arena_strn(arena, bytes, size);
    for (size_t at = 0; at < size;) {
        size_t len = 1;
        while (len <= 4 && at + len <= size && !utf8_valid(text + at, len)) len++;
        bool valid = len <= 4 && at + len <= size;
        if (!valid || text[at] == '\0') text[at] = ' ';
        at += valid ? len : 1;
    }
    return text;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size) {
    static const char *const sections[] = { "cause", "prevention", "timeline", "update", "notice", "lessons", NULL };
    static const char *const roster[] = { "김서연", "이하늘", "남궁 현", "Mark Reed", "dreed", "@", "" };
    const struct wording_rules *rules = load();
    if (size == 0) return 0;
    struct arena *arena = arena_new(RULES_CAP);
    struct wording_input input = { .text = mended(arena, (const char *)bytes + 1, size - 1), .size = size - 1 };
    input.section = sections[bytes[0] % (sizeof sections / sizeof *sections)];
    input.kind = WORDING_REPORT;
    input.roster = roster;
    input.roster_count = sizeof roster / sizeof *roster;
    struct wording_findings findings;
    struct error err;
    if (wording_check(rules, arena, &input, &findings, &err)) look(&input, &findings);
    arena_free(arena);
    return 0;
}
