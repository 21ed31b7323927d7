/* Import of postmortems: whatever the file, what is understood is valid UTF-8, bounded, and never without its reason.
 */
#include "fuzz/fuzz.h"

#include "base/arena.h"
#include "base/op.h"
#include "base/require.h"
#include "base/str.h"
#include "review/postmortem_internal.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size) {
    struct arena *arena = arena_new(ARENA_REQUEST_CAP);
    struct op op = { .arena = arena };
    struct postmortem read;
    const struct tz *tz;
    struct error err;
    REQUIRE(tz_find("Asia/Seoul", &tz, &err));
    postmortem_parse(&op, tz, arena_strn(arena, (const char *)bytes, size), &read);
    REQUIRE(read.section_count <= 8 && read.action_count <= POSTMORTEM_ACTIONS_MAX);
    REQUIRE(read.hint_count <= POSTMORTEM_HINTS_MAX);
    for (size_t i = 0; i < read.section_count; i++) {
        REQUIRE(utf8_valid(read.sections[i].body, strlen(read.sections[i].body)));
        REQUIRE(utf8_count(read.sections[i].body) <= SECTION_MAX);
    }
    for (size_t i = 0; i < read.action_count; i++) REQUIRE(!str_blank(read.actions[i].title));
    for (const struct field_error *at = op.fields.first; at != NULL; at = at->next) {
        REQUIRE(str_starts(at->field, "line."));
    }
    arena_free(arena);
    return 0;
}
