/* Check: the stages in order. See wording.h. */
#include "wording/wording_internal.h"

#include "base/arena.h"
#include "base/json.h"
#include "base/str.h"

#include <string.h>

enum { MATCH_LIMIT = 100000, DEPTH_LIMIT = 2000 };

static const char *const KINDS[] = { "update", "notice", "report", "retro" };
static const char *const SECTIONS[] = { "update", "summary", "timeline", "cause", "prevention", "lessons", "notice" };

/* Sections of documents that are read like one of ours. */
static const struct {
    const char *name;
    enum section section;
} ALIASES[] = {
    { "follow_up", SECTION_PREVENTION }, { "actions", SECTION_PREVENTION }, { "root_cause", SECTION_CAUSE },
    { "whys", SECTION_CAUSE },           { "went_well", SECTION_LESSONS },  { "to_improve", SECTION_LESSONS },
    { "response", SECTION_LESSONS },     { "lesson", SECTION_LESSONS },     { "detection", SECTION_SUMMARY },
    { "services", SECTION_SUMMARY },     { "impact", SECTION_SUMMARY },     { "resolution", SECTION_SUMMARY },
};

bool wording_kind_parse(const char *name, enum wording_kind *out) {
    for (int i = 0; i < WORDING_KIND_COUNT; i++) {
        if (!str_eq(name, KINDS[i])) continue;
        *out = (enum wording_kind)i;
        return true;
    }
    return false;
}

const char *wording_severity_name(enum wording_severity severity) {
    return severity == WORDING_BLOCK ? "block" : "advise";
}

int section_index(const char *name) {
    if (name == NULL) return -1;
    for (size_t i = 0; i < sizeof ALIASES / sizeof *ALIASES; i++) {
        if (strcmp(name, ALIASES[i].name) == 0) return (int)ALIASES[i].section;
    }
    for (int i = 0; i < SECTION_COUNT; i++) {
        if (strcmp(name, SECTIONS[i]) == 0) return i;
    }
    return -1;
}

/* The language of a document: Korean if a fair part of its letters is Hangul. */
static enum wording_lang language_of(const struct check *check) {
    if (str_eq(check->input->lang, "ko")) return LANG_KO;
    if (str_eq(check->input->lang, "en")) return LANG_EN;
    size_t hangul = 0;
    size_t latin = 0;
    for (size_t i = 0; i < check->text.len; i++) {
        if (byte_is_l(check->text.bytes[i])) hangul++;
        else if (byte_is_latin(check->text.bytes[i])) latin++;
    }
    return hangul * 4 > latin ? LANG_KO : LANG_EN;
}

static void free_data(void *data) {
    pcre2_match_data_free(data);
}

static void free_limits(void *limits) {
    pcre2_match_context_free(limits);
}

static void start_matching(struct check *check) {
    check->data = pcre2_match_data_create(16, NULL);
    check->limits = pcre2_match_context_create(NULL);
    REQUIRE(check->data != NULL && check->limits != NULL);
    arena_defer(check->arena, free_data, check->data);
    arena_defer(check->arena, free_limits, check->limits);
    pcre2_set_match_limit(check->limits, MATCH_LIMIT);
    pcre2_set_depth_limit(check->limits, DEPTH_LIMIT);
}

/* Everything up to the merged hits: also what the gate of rule files runs. */
void check_run(struct check *check) {
    start_matching(check);
    check->section = section_index(check->input->section);
    source_decode(check->arena, check->input->text, check->input->size, &check->source);
    text_fold(check->arena, &check->source, &check->folded);
    check->marks = arena_alloc(check->arena, check->folded.len + 1);
    check_mask(check);
    check_names(check);
    text_squeeze(check->arena, &check->folded, check->marks, &check->text);
    text_sentences(check->arena, &check->text, &check->sentences);
    check_match(check);
}

bool wording_check(const struct wording_rules *rules, struct arena *arena, const struct wording_input *input,
                   struct wording_findings *out, struct error *err) {
    if (input->size > WORDING_TEXT_MAX) return ERROR(err, ERR_TOO_LARGE, "wording.too_large", "%zu bytes", input->size);
    if (!utf8_valid(input->text, input->size))
        return ERROR(err, ERR_UNREADABLE, "wording.not_utf8", "text is not UTF-8");
    struct check check = { .rules = rules, .arena = arena, .input = input };
    check_run(&check);
    check_merge(&check);
    struct wording_finding *list = findings_of(&check, language_of(&check));
    *out = (struct wording_findings){ .list = list, .count = check.hits.count };
    for (size_t i = 0; i < out->count; i++) out->blocked |= list[i].severity == WORDING_BLOCK;
    return true;
}

json_t *wording_finding_json(struct arena *arena, const struct wording_finding *finding) {
    json_t *object = json_obj(arena);
    json_put_text(object, "rule", finding->rule);
    json_put_text(object, "category", finding->category);
    json_put_i64(object, "start", finding->start);
    json_put_i64(object, "end", finding->end);
    json_put_i64(object, "start_utf16", finding->start_utf16);
    json_put_i64(object, "end_utf16", finding->end_utf16);
    json_put_text(object, "severity", wording_severity_name(finding->severity));
    json_put_text(object, "message", finding->message);
    json_t *suggestions = json_array();
    for (size_t i = 0; finding->suggestions[i] != NULL; i++)
        json_push(suggestions, json_string(finding->suggestions[i]));
    json_put(object, "suggestions", suggestions);
    return object;
}
