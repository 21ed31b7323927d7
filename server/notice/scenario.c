/* Notice texts as they ship: see scenario.h.
 *
 * A file is `key = value` lines, then `[stage] title` with the text under it up to the next bracket line. Lines that
 * start with # before the first stage are comments. */
#include "notice/scenario.h"

#include "base/arena.h"
#include "base/asset.h"
#include "base/buf.h"
#include "base/str.h"
#include "incident/incident.h"
#include "text/bigram.h"

#include <stdlib.h>
#include <string.h>

enum { FILE_MAX = 64 * 1024 };

static const char *const STAGES[STAGE_COUNT] = { "detected", "delayed", "recovering", "recovered" };

const char *notice_stage_name(enum notice_stage stage) {
    REQUIRE(stage < STAGE_COUNT);
    return STAGES[stage];
}

bool notice_stage_parse(const char *name, enum notice_stage *out) {
    for (int i = 0; i < STAGE_COUNT; i++) {
        if (!str_eq(name, STAGES[i])) continue;
        *out = (enum notice_stage)i;
        return true;
    }
    return false;
}

/* Called for each `[name] title` section and each `key = value` line (title NULL, text is the value). */
typedef bool (*section_fn)(void *arg, const char *name, const char *title, const char *text);

static const char *line_of(struct arena *arena, const char **at) {
    size_t len = strcspn(*at, "\n");
    const char *line = str_clean(arena, arena_strn(arena, *at, len));
    *at += (*at)[len] == '\n' ? len + 1 : len;
    return line;
}

/* "[detected.sms] …"; a text may well begin with "[{{organisation}}]". */
static bool is_section(const char *line) {
    if (*line != '[') return false;
    size_t len = strspn(line + 1, "abcdefghijklmnopqrstuvwxyz._");
    return len > 0 && line[len + 1] == ']';
}

/* The lines up to the next bracket line, without blank ones at the end. */
static const char *text_until_bracket(struct arena *arena, const char **at, int *number) {
    struct buf text;
    buf_init(&text, arena, FILE_MAX);
    while (**at != '\0' && !is_section(*at)) {
        const char *line = line_of(arena, at);
        (*number)++;
        if (text.len > 0) buf_putc(&text, '\n');
        buf_puts(&text, line);
    }
    return str_clean(arena, text.data);
}

static bool file_read(struct arena *arena, const struct asset *asset, section_fn section, void *arg,
                      struct error *err) {
    const char *at = (const char *)asset->bytes;
    for (int number = 1; *at != '\0'; number++) {
        const char *line = line_of(arena, &at);
        if (*line == '\0' || *line == '#') continue;
        const char *close = strchr(line, ']');
        const char *equals = strchr(line, '=');
        bool good = false;
        int first = number;
        if (is_section(line)) {
            const char *name = arena_strn(arena, line + 1, (size_t)(close - line - 1));
            const char *title = str_clean(arena, close + 1);
            good = section(arg, name, title, text_until_bracket(arena, &at, &number));
        } else if (equals != NULL) {
            const char *name = str_clean(arena, arena_strn(arena, line, (size_t)(equals - line)));
            good = section(arg, name, NULL, str_clean(arena, equals + 1));
        }
        if (!good)
            return ERROR(err, ERR_INTERNAL, "notice.template_invalid", "%s:%d: not understood", asset->path, first);
    }
    return true;
}

static bool scenario_section(void *arg, const char *name, const char *title, const char *text) {
    struct scenario *scenario = arg;
    enum notice_stage stage;
    if (title != NULL) {
        if (!notice_stage_parse(name, &stage) || *title == '\0' || *text == '\0') return false;
        if (scenario->stages[stage].text != NULL) return false;
        scenario->stages[stage] = (struct notice_text){ title, text };
        return true;
    }
    if (str_eq(name, "name")) scenario->name = text;
    else if (str_eq(name, "match")) scenario->match = text;
    else if (str_eq(name, "order")) return str_to_i64(text, &scenario->order);
    else return false;
    return true;
}

static int by_order(const void *a, const void *b) {
    const struct scenario *left = a;
    const struct scenario *right = b;
    if (left->order != right->order) return left->order < right->order ? -1 : 1;
    return strcmp(left->key, right->key);
}

static const char *file_key(struct arena *arena, const struct asset *asset) {
    const char *base = strrchr(asset->path, '/') + 1;
    return arena_strn(arena, base, strcspn(base, "."));
}

bool scenario_list(struct arena *arena, const char *lang, struct scenario **out, size_t *count, struct error *err) {
    const struct asset *assets = NULL;
    size_t found = asset_under(arena_printf(arena, "templates/notices/%s/", lang), &assets);
    struct scenario *list = ARENA_ARRAY(arena, SCENARIOS_MAX, struct scenario);
    *count = 0;
    for (size_t i = 0; i < found && *count < SCENARIOS_MAX; i++) {
        const char *key = file_key(arena, &assets[i]);
        if (*key == '_') continue;
        struct scenario *scenario = &list[(*count)++];
        *scenario = (struct scenario){ .key = key, .name = key, .match = "" };
        if (!file_read(arena, &assets[i], scenario_section, scenario, err)) return false;
    }
    qsort(list, *count, sizeof *list, by_order);
    *out = list;
    return true;
}

/* "[wanted] …" with the text under it, or "wanted = …"; only what is wanted is copied. */
static const char *find_in(struct arena *arena, const struct asset *asset, const char *wanted) {
    size_t len = strlen(wanted);
    int number = 0;
    for (const char *at = (const char *)asset->bytes; *at != '\0';) {
        bool section = is_section(at) && strncmp(at + 1, wanted, len) == 0 && at[len + 1] == ']';
        bool line = strncmp(at, wanted, len) == 0 && str_starts(at + len, " =");
        const char *value = at + len + 2;
        at += strcspn(at, "\n");
        if (line) return str_clean(arena, arena_strn(arena, value, (size_t)(at - value)));
        if (*at == '\n') at++;
        if (section) return text_until_bracket(arena, &at, &number);
    }
    return NULL;
}

static bool channel_find(struct arena *arena, const char *lang, const char *wanted, const char **out,
                         struct error *err) {
    const char *path = arena_printf(arena, "templates/notices/%s/_channels.notice", lang);
    const struct asset *asset = asset_find(path);
    if (asset == NULL) return ERROR(err, ERR_INTERNAL, "notice.template_invalid", "no %s", path);
    *out = find_in(arena, asset, wanted);
    return true;
}

bool scenario_channel(struct arena *arena, const char *lang, enum notice_stage stage, const char *channel,
                      const char **out, struct error *err) {
    return channel_find(arena, lang, arena_printf(arena, "%s.%s", STAGES[stage], channel), out, err);
}

bool scenario_formalities(struct arena *arena, const char *lang, const char **out, struct error *err) {
    if (!channel_find(arena, lang, "formal", out, err)) return false;
    if (*out == NULL) *out = "";
    return true;
}

static int hits(struct arena *arena, const char *words, const char *text) {
    char **list;
    size_t count = str_split(arena, words, " ", &list);
    int found = 0;
    for (size_t i = 0; i < count; i++) {
        const char *word = bigram_fold(arena, list[i]);
        found += word != NULL && strstr(text, word) != NULL;
    }
    return found;
}

const char *scenario_match(struct arena *arena, const struct scenario *list, size_t count,
                           const struct incident *incident) {
    const char *parts[] = { incident->title, incident->symptom, incident->impact, incident->suspected_cause,
                            incident->service_name };
    const char *all = "";
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        if (parts[i] != NULL) all = arena_printf(arena, "%s %s", all, parts[i]);
    }
    const char *folded = bigram_fold(arena, all);
    const char *best = "general";
    int most = 0;
    for (size_t i = 0; folded != NULL && i < count; i++) {
        int found = hits(arena, list[i].match, folded);
        if (found <= most) continue;
        most = found;
        best = list[i].key;
    }
    return best;
}
