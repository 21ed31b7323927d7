/* Rules: see rule.h. */
#define PCRE2_CODE_UNIT_WIDTH 8
#include "alert/rule.h"

#include "base/arena.h"
#include "base/json.h"
#include "base/str.h"

#include <pcre2.h>
#include <string.h>

static const char *const ACTIONS[RULE_ACTION_COUNT + 1] = { "declare", "attach", "record", "ignore", NULL };
static const char *const OPERATORS[] = { "=", "!=", "=~", "!~", NULL };

const char *rule_action_name(enum rule_action action) {
    REQUIRE(action < RULE_ACTION_COUNT);
    return ACTIONS[action];
}

static int index_of(const char *const *words, const char *word) {
    for (int i = 0; words[i] != NULL; i++) {
        if (str_eq(words[i], word)) return i;
    }
    return -1;
}

/* The whole value must match, as in Prometheus. NULL if the pattern is no pattern. */
static pcre2_code *compile(const char *pattern) {
    int code;
    PCRE2_SIZE offset;
    return pcre2_compile((PCRE2_SPTR)pattern, PCRE2_ZERO_TERMINATED, PCRE2_UTF | PCRE2_ANCHORED | PCRE2_ENDANCHORED,
                         &code, &offset, NULL);
}

static bool pattern_matches(const char *pattern, const char *value) {
    enum { MATCH_LIMIT = 20000, DEPTH_LIMIT = 500 };
    pcre2_code *code = compile(pattern);
    if (code == NULL) return false;
    pcre2_match_context *limits = pcre2_match_context_create(NULL);
    pcre2_match_data *data = pcre2_match_data_create_from_pattern(code, NULL);
    REQUIRE(limits != NULL && data != NULL);
    pcre2_set_match_limit(limits, MATCH_LIMIT);
    pcre2_set_depth_limit(limits, DEPTH_LIMIT);
    int found = pcre2_match(code, (PCRE2_SPTR)value, strlen(value), 0, 0, data, limits);
    pcre2_match_data_free(data);
    pcre2_match_context_free(limits);
    pcre2_code_free(code);
    return found >= 0;
}

/* --- checking --- */

static void check_match(struct op *op, const char *at, const json_t *match) {
    const char *comparison = json_text(match, "op");
    const char *value = json_text(match, "value");
    if (str_blank(json_text(match, "label"))) {
        op_field_error(op, arena_printf(op->arena, "%s.label", at), "required", NULL);
    }
    if (comparison != NULL && index_of(OPERATORS, comparison) < 0) {
        op_field_error(op, arena_printf(op->arena, "%s.op", at), "one_of", "=, !=, =~, !~");
    }
    const char *field = arena_printf(op->arena, "%s.value", at);
    if (value == NULL) {
        op_field_error(op, field, "required", NULL);
    } else if (utf8_count(value) > RULE_PATTERN_MAX) {
        op_field_error(op, field, "too_long", "200");
    } else if (comparison != NULL && comparison[1] == '~') {
        pcre2_code *code = compile(value);
        if (code == NULL) op_field_error(op, field, "malformed", "regex");
        pcre2_code_free(code);
    }
}

static void check_rule(struct op *op, const char *at, const json_t *rule) {
    const json_t *matches = json_object_get(rule, "match");
    if (!json_is_object(rule)) {
        op_field_error(op, at, "malformed", "{\"match\": […], \"do\": …}");
        return;
    }
    if (matches != NULL && (!json_is_array(matches) || json_array_size(matches) > RULE_MATCHES_MAX)) {
        op_field_error(op, arena_printf(op->arena, "%s.match", at), "malformed", "[{label, op, value}]");
        return;
    }
    for (size_t i = 0; i < json_array_size(matches); i++) {
        check_match(op, arena_printf(op->arena, "%s.match[%zu]", at, i), json_array_get(matches, i));
    }
    if (index_of(ACTIONS, json_text(rule, "do")) < 0) {
        op_field_error(op, arena_printf(op->arena, "%s.do", at), "one_of", "declare, attach, record, ignore");
    }
}

void rules_check(struct op *op, const json_t *rules) {
    if (!json_is_array(rules) || json_array_size(rules) > RULES_MAX) {
        op_field_error(op, "rules", "malformed", "[{\"match\": […], \"do\": …}]");
        return;
    }
    for (size_t i = 0; i < json_array_size(rules); i++) {
        check_rule(op, arena_printf(op->arena, "rules[%zu]", i), json_array_get(rules, i));
    }
}

/* --- applying --- */

static bool one_matches(const json_t *match, const char *title, const json_t *labels) {
    const char *label = json_text(match, "label");
    const char *value = str_eq(label, "title") ? title : json_text(labels, label);
    const char *comparison = json_text(match, "op");
    const char *wanted = json_text(match, "value");
    if (value == NULL) value = ""; /* a missing label is an empty one, as in Prometheus */
    switch (comparison == NULL ? 0 : index_of(OPERATORS, comparison)) {
    case 0: return str_eq(value, wanted);
    case 1: return !str_eq(value, wanted);
    case 2: return pattern_matches(wanted, value);
    default: return !pattern_matches(wanted, value);
    }
}

static bool rule_matches(const json_t *rule, const char *title, const json_t *labels) {
    const json_t *matches = json_object_get(rule, "match");
    for (size_t i = 0; i < json_array_size(matches); i++) {
        if (!one_matches(json_array_get(matches, i), title, labels)) return false;
    }
    return true;
}

void rules_apply(struct arena *arena, const json_t *rules, const char *title, const json_t *labels,
                 const char *sender_severity, struct rule_verdict *out) {
    for (size_t i = 0; i < json_array_size(rules); i++) {
        const json_t *rule = json_array_get(rules, i);
        if (!rule_matches(rule, title, labels)) continue;
        *out = (struct rule_verdict){ (enum rule_action)index_of(ACTIONS, json_text(rule, "do")),
                                      arena_str(arena, json_text(rule, "severity")),
                                      arena_str(arena, json_text(rule, "service")), (int)i };
        return;
    }
    bool info = str_eq(sender_severity, "info") || str_eq(sender_severity, "none");
    *out = (struct rule_verdict){ info ? RULE_RECORD : RULE_DECLARE, NULL, NULL, -1 };
}
