/* The starter set: templates/runbooks/LANG/KEY.md. Lines "title:", "alerts:", "words:" first, then a heading
 * "## SECTION" before each section. */
#include "runbook/runbook_internal.h"

#include "base/arena.h"
#include "base/asset.h"
#include "base/str.h"

#include <pthread.h>
#include <string.h>

#define FOLDER "templates/runbooks/"
enum { LANG_LEN = 2, ENDING_LEN = 3 };

static const char *value_of(struct arena *arena, const char *head, size_t len, const char *name) {
    const char *text = arena_strn(arena, head, len);
    const char *at = strstr(text, name);
    if (at == NULL) return "";
    at += strlen(name);
    return str_clean(arena, arena_strn(arena, at, strcspn(at, "\n")));
}

static void read_sections(struct arena *arena, const char *at, struct runbook *out) {
    while (at != NULL) {
        const char *name = at + strlen("\n## ");
        const char *end = strstr(name, "\n## ");
        size_t name_len = strcspn(name, "\n");
        size_t len = end == NULL ? strlen(name) : (size_t)(end - name);
        for (int i = 0; i < RUNBOOK_SECTION_COUNT; i++) {
            const char *wanted = runbook_section_name((enum runbook_section)i);
            if (strlen(wanted) != name_len || memcmp(wanted, name, name_len) != 0) continue;
            out->sections[i] = str_clean(arena, arena_strn(arena, name + name_len, len - name_len));
        }
        at = end;
    }
}

static bool read_starter(struct arena *arena, size_t index, struct runbook *out) {
    const struct asset *first;
    if (index >= asset_under(FOLDER, &first)) return false;
    const char *name = first[index].path + strlen(FOLDER);
    const char *text = (const char *)first[index].bytes;
    const char *body = strstr(text, "\n## ");
    if (strlen(name) <= LANG_LEN + 1 + ENDING_LEN || body == NULL) return false;
    size_t head = (size_t)(body - text);
    *out = (struct runbook){ .key = arena_strn(arena, name + LANG_LEN + 1, strlen(name) - LANG_LEN - 1 - ENDING_LEN),
                             .lang = arena_strn(arena, name, LANG_LEN),
                             .title = value_of(arena, text, head, "title:"),
                             .alerts = value_of(arena, text, head, "alerts:"),
                             .words = value_of(arena, text, head, "words:"),
                             .updated_by = "" };
    for (int i = 0; i < RUNBOOK_SECTION_COUNT; i++) out->sections[i] = "";
    read_sections(arena, body, out);
    return true;
}

/* Read once: assets never change, and every open page of an incident asks which of them fit. */
static struct {
    pthread_once_t once;
    struct arena *arena; /* holds the list; for the life of the process */
    struct runbook *list;
    size_t count;
} kept = { .once = PTHREAD_ONCE_INIT };

static void read_all(void) {
    const struct asset *first;
    size_t files = asset_under(FOLDER, &first);
    kept.arena = arena_new(ARENA_REQUEST_CAP);
    kept.list = ARENA_ARRAY(kept.arena, files + 1, struct runbook);
    for (size_t i = 0; i < files; i++) kept.count += read_starter(kept.arena, i, &kept.list[kept.count]);
}

size_t starter_count(void) {
    pthread_once(&kept.once, read_all);
    return kept.count;
}

const struct runbook *starter_at(size_t index) {
    REQUIRE(index < starter_count());
    return &kept.list[index];
}

const struct runbook *starter_find(const char *key, const char *lang) {
    for (size_t i = 0; i < starter_count(); i++) {
        const struct runbook *starter = starter_at(i);
        if (str_eq(starter->key, key) && str_eq(starter->lang, lang)) return starter;
    }
    return NULL;
}
