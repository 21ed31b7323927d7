/* The gate of rule files: every rule must flag its own flag examples and let its own pass examples through, and what
 * it suggests must not be flagged by any rule. An example is a text, or {text, section, roster}. */
#include "wording/wording_internal.h"

#include "base/arena.h"
#include "base/json.h"

#include <string.h>

static const char *const ROSTER[] = { "김서연", "이하늘", "Dana Reed", "Grace Lee", "dreed" };

struct verifying {
    struct wording_rules *rules;
    struct arena *arena; /* reset after every example */
    struct error *err;
};

static const char *default_section(const struct rule *rule) {
    static const char *const names[] = { "update", "summary", "timeline", "cause", "prevention", "lessons", "notice" };
    for (int i = 0; i < SECTION_COUNT; i++) {
        if (rule->sections >> i & 1) return names[i];
    }
    return NULL;
}

static struct wording_input input_of(const struct rule *rule, const json_t *example) {
    struct wording_input input = { .section = default_section(rule), .kind = WORDING_REPORT };
    input.text = json_is_string(example) ? json_string_value(example) : json_text(example, "text");
    if (input.text == NULL) input.text = "";
    input.size = strlen(input.text);
    if (json_text(example, "section") != NULL) input.section = json_text(example, "section");
    input.roster = ROSTER;
    input.roster_count = sizeof ROSTER / sizeof *ROSTER;
    return input;
}

static bool refuse(const struct verifying *run, const struct rule *rule, const char *why, const char *text) {
    return ERROR(run->err, ERR_INVALID, "wording.example_failed", "%s: %s: %.150s", rule->id, why, text);
}

static bool suggestions_pass(struct verifying *run, const struct rule *rule, struct check *check,
                             const struct hit *hit) {
    for (int lang = 0; lang < LANG_COUNT; lang++) {
        const char *const *list = suggest_for(check, hit, (enum wording_lang)lang);
        for (size_t i = 0; list[i] != NULL; i++) {
            struct wording_input input = *check->input;
            input.text = list[i];
            input.size = strlen(list[i]);
            struct check inner = { .rules = run->rules, .arena = run->arena, .input = &input };
            check_run(&inner);
            if (inner.hits.count == 0) continue;
            return refuse(run, rule, inner.hits.list[0].rule->id, list[i]);
        }
    }
    return true;
}

static bool verify_example(struct verifying *run, const struct rule *rule, const json_t *example, bool flag) {
    struct wording_input input = input_of(rule, example);
    struct check check = { .rules = run->rules, .arena = run->arena, .input = &input };
    check_run(&check);
    const struct hit *hit = NULL;
    for (size_t i = 0; i < check.hits.count && hit == NULL; i++) {
        if (check.hits.list[i].rule == rule) hit = &check.hits.list[i];
    }
    if (flag && hit == NULL) return refuse(run, rule, "must flag", input.text);
    if (!flag && hit != NULL) return refuse(run, rule, "must pass", input.text);
    return hit == NULL || suggestions_pass(run, rule, &check, hit);
}

static bool verify_rule(struct verifying *run, const struct rule *rule) {
    static const char *const kinds[] = { "flag", "pass" };
    for (int kind = 0; kind < 2; kind++) {
        const json_t *list = json_object_get(rule->examples, kinds[kind]);
        for (size_t i = 0; i < json_array_size(list); i++) {
            bool fine = verify_example(run, rule, json_array_get(list, i), kind == 0);
            arena_reset(run->arena);
            if (!fine) return false;
        }
    }
    return true;
}

bool rules_verify(struct wording_rules *rules, struct error *err) {
    struct verifying run = { rules, arena_new(ARENA_REQUEST_CAP), err };
    bool fine = true;
    for (size_t i = 0; i < rules->count && fine; i++) fine = verify_rule(&run, &rules->rules[i]);
    arena_free(run.arena);
    return fine;
}

/* --- the examples of an organisation's words --- */

static bool is_flagged(const struct wording_rules *rules, struct arena *arena, const char *sentence) {
    static const char *const SECTIONS[] = { NULL, "cause", "prevention" };
    for (size_t i = 0; i < sizeof SECTIONS / sizeof *SECTIONS; i++) {
        const struct wording_input input = {
            .text = sentence, .size = strlen(sentence), .section = SECTIONS[i], .kind = WORDING_REPORT
        };
        struct wording_findings findings;
        struct error ignored;
        if (wording_check(rules, arena, &input, &findings, &ignored) && findings.count > 0) return true;
    }
    return false;
}

const char *wording_broken_example(const struct wording_rules *rules, struct arena *arena,
                                   const struct wording_words *words, bool *flagged) {
    const char *const *lists[] = { words->must_flag, words->must_pass };
    for (size_t l = 0; l < 2; l++) {
        for (size_t i = 0; lists[l] != NULL && lists[l][i] != NULL; i++) {
            *flagged = is_flagged(rules, arena, lists[l][i]);
            if (*flagged != (l == 0)) return lists[l][i];
        }
    }
    return NULL;
}
