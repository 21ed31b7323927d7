/* The policy document: its shape, its limits, and the words it may use. See policy.h and templates/policies/. */
#include "policy/document.h"
#include "policy/policy.h"

#include "base/arena.h"
#include "base/asset.h"
#include "base/buf.h"
#include "base/json.h"
#include "base/str.h"
#include "text/i18n.h"

static const char *const PRESETS[] = { "p1-p3", "p1-p4", "p0-p3", NULL };
static const char *const CHANNELS[] = { "slack", "sms", "phone", "email", "dashboard", NULL };
static const char *const ROLES[] = { "commander",       "technical_lead", "communications_lead",
                                     "operations_lead", "scribe",         NULL };
static const char *const UNITS[] = { "none", "hours", "days", "business_days", NULL };
static const char *const REVIEWS[] = { "team", "executives", NULL };

enum { NAME_MAX_CHARS = 40, TEXT_MAX_CHARS = 300, CODE_MAX = 8, DAY_MINUTES = 24 * 60, MONTH_MINUTES = 30 * 24 * 60 };

const char *policy_channel_name(enum policy_channel channel) {
    REQUIRE(channel < CHANNEL_COUNT);
    return CHANNELS[channel];
}

const char *policy_role_name(enum policy_role role) {
    REQUIRE(role < POLICY_ROLE_COUNT);
    return ROLES[role];
}

bool policy_role_parse(const char *name, enum policy_role *out) {
    for (unsigned i = 0; i < POLICY_ROLE_COUNT; i++) {
        if (!str_eq(name, ROLES[i])) continue;
        *out = (enum policy_role)i;
        return true;
    }
    return false;
}

const char *policy_say(const struct policy_text *text, const struct i18n *lang) {
    return str_eq(i18n_code(lang), "en") ? text->en : text->ko;
}

/* Capitals, digits and '-', so that it can stand in a URL, a CSS class and a channel name. */
static const char *read_code(const struct document *document, const char *key) {
    const char *code = document_text(document, key, CODE_MAX, true);
    if (strspn(code, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-") != strlen(code)) {
        document_error(document, key, "malformed", NULL);
    }
    return code;
}

static struct policy_span read_span(const struct document *document, const char *key) {
    static const char *const KNOWN[] = { "amount", "unit", NULL };
    struct document span = document_object(document, key);
    document_only(&span, KNOWN);
    enum policy_unit unit = (enum policy_unit)document_word(&span, "unit", UNITS);
    int64_t amount = document_i64(&span, "amount", unit == SPAN_NONE ? 0 : 1, unit == SPAN_HOURS ? 24 * 90 : 90);
    return (struct policy_span){ unit, unit == SPAN_NONE ? 0 : amount };
}

static void read_ladder(const struct document *document, struct policy_severity *out) {
    static const char *const KNOWN[] = { "detect", "triage", "notice", "mitigate", NULL };
    struct document ladder = document_object(document, "ladder");
    document_only(&ladder, KNOWN);
    out->detect_minutes = document_i64(&ladder, "detect", 0, DAY_MINUTES);
    out->triage_minutes = document_i64(&ladder, "triage", 0, DAY_MINUTES);
    out->notice_minutes = document_i64(&ladder, "notice", 0, DAY_MINUTES);
    out->mitigate_minutes = document_i64(&ladder, "mitigate", 0, DAY_MINUTES);
}

static void read_examples(const struct document *document, struct policy_severity *out) {
    static const char *const KNOWN[] = { "ko", "en", NULL };
    const json_t *array = document_array(document, "examples", 0, POLICY_EXAMPLES_MAX);
    struct policy_text *examples = ARENA_ARRAY(document->op->arena, json_array_size(array), struct policy_text);
    for (size_t i = 0; i < json_array_size(array); i++) {
        struct document pair = document_entry(document, "examples", array, i);
        document_only(&pair, KNOWN);
        examples[i].ko = document_text(&pair, "ko", TEXT_MAX_CHARS, true);
        examples[i].en = document_text(&pair, "en", TEXT_MAX_CHARS, false);
        if (*examples[i].en == '\0') examples[i].en = examples[i].ko;
    }
    out->examples = examples;
    out->example_count = json_array_size(array);
}

static const char *read_channel_name(const struct document *document) {
    enum { SLACK_NAME_MAX = 80 };
    const char *name = document_text(document, "slack_channel", SLACK_NAME_MAX, false);
    if (*name != '\0' && (*name != '#' || strpbrk(name, " \t@<>") != NULL)) {
        document_error(document, "slack_channel", "malformed", NULL);
    }
    return name;
}

static void read_severity(const struct document *document, struct policy_severity *out) {
    static const char *const KNOWN[] = { "code",
                                         "name",
                                         "meaning",
                                         "response",
                                         "examples",
                                         "response_minutes",
                                         "first_action_minutes",
                                         "business_hours",
                                         "update_minutes",
                                         "ack_minutes",
                                         "ladder",
                                         "help_minutes",
                                         "executive_minutes",
                                         "report_due",
                                         "retro_due",
                                         "channels",
                                         "slack_channel",
                                         "roles",
                                         "review",
                                         NULL };
    document_only(document, KNOWN);
    out->code = read_code(document, "code");
    out->name = document_pair(document, "name", NAME_MAX_CHARS, true);
    out->meaning = document_pair(document, "meaning", TEXT_MAX_CHARS, true);
    out->response = document_pair(document, "response", NAME_MAX_CHARS, false);
    read_examples(document, out);
    out->response_minutes = document_i64(document, "response_minutes", 0, MONTH_MINUTES);
    out->first_action_minutes = document_i64(document, "first_action_minutes", 0, MONTH_MINUTES);
    out->business_hours = document_flag(document, "business_hours");
    out->update_minutes = document_i64(document, "update_minutes", 0, DAY_MINUTES);
    out->ack_minutes = document_i64(document, "ack_minutes", 0, DAY_MINUTES);
    read_ladder(document, out);
    out->help_minutes = document_i64(document, "help_minutes", 0, DAY_MINUTES);
    out->executive_minutes = document_i64(document, "executive_minutes", 0, DAY_MINUTES);
    out->report = read_span(document, "report_due");
    out->retro = read_span(document, "retro_due");
    out->channels = document_words(document, "channels", CHANNELS);
    out->slack_channel = read_channel_name(document);
    out->roles = document_words(document, "roles", ROLES);
    out->review = (enum policy_review)document_word(document, "review", REVIEWS);
}

static void read_severities(const struct document *document, struct policy *out) {
    const json_t *array = document_array(document, "severities", 1, POLICY_SEVERITIES_MAX);
    struct policy_severity *list = ARENA_ARRAY(document->op->arena, json_array_size(array), struct policy_severity);
    for (size_t i = 0; i < json_array_size(array); i++) {
        struct document entry = document_entry(document, "severities", array, i);
        read_severity(&entry, &list[i]);
        list[i].rank = (int)i;
        for (size_t j = 0; j < i; j++) {
            if (str_eq(list[i].code, list[j].code)) document_error(&entry, "code", "duplicate", NULL);
        }
    }
    out->severities = list;
    out->severity_count = json_array_size(array);
}

static const char *read_severity_code(const struct document *document, const char *key, const struct policy *policy) {
    const char *code = document_text(document, key, CODE_MAX, true);
    if (*code != '\0' && policy_severity(policy, code) == NULL) {
        document_error(document, key, "one_of", policy_codes(document->op->arena, policy));
    }
    return code;
}

static void read_wizard(const struct document *document, struct policy *out) {
    static const char *const KNOWN[] = { "steps", "otherwise", NULL };
    static const char *const STEP[] = { "key", "question", "hint", "severity", NULL };
    struct document wizard = document_object(document, "wizard");
    document_only(&wizard, KNOWN);
    const json_t *array = document_array(&wizard, "steps", 0, POLICY_STEPS_MAX);
    struct wizard_step *steps = ARENA_ARRAY(document->op->arena, json_array_size(array), struct wizard_step);
    for (size_t i = 0; i < json_array_size(array); i++) {
        struct document step = document_entry(&wizard, "steps", array, i);
        document_only(&step, STEP);
        steps[i].key = document_text(&step, "key", NAME_MAX_CHARS, true);
        steps[i].question = document_pair(&step, "question", TEXT_MAX_CHARS, true);
        steps[i].hint = document_pair(&step, "hint", TEXT_MAX_CHARS, false);
        steps[i].severity = read_severity_code(&step, "severity", out);
        for (size_t j = 0; j < i; j++) {
            if (str_eq(steps[i].key, steps[j].key)) document_error(&step, "key", "duplicate", NULL);
        }
    }
    out->otherwise = read_severity_code(&wizard, "otherwise", out);
    out->steps = steps;
    out->step_count = json_array_size(array);
}

bool policy_parse(struct op *op, const json_t *json, struct policy *out, struct error *err) {
    static const char *const KNOWN[] = { "preset", "name", "severities", "wizard", NULL };
    struct document document = { op, json_is_object(json) ? json : NULL, "" };
    struct policy policy = { .json = json, .created_by = "" };
    if (document.object == NULL) {
        op_field_error(op, "policy", "not_object", NULL);
        return OP_INVALID(op, err);
    }
    document_only(&document, KNOWN);
    policy.preset = PRESETS[document_word(&document, "preset", PRESETS)];
    policy.name = document_pair(&document, "name", NAME_MAX_CHARS, true);
    read_severities(&document, &policy);
    read_wizard(&document, &policy);
    if (op->fields.count > 0) return OP_INVALID(op, err);
    *out = policy;
    return true;
}

const struct policy_severity *policy_severity(const struct policy *policy, const char *code) {
    for (size_t i = 0; i < policy->severity_count; i++) {
        if (str_eq(policy->severities[i].code, code)) return &policy->severities[i];
    }
    return NULL;
}

const char *policy_codes(struct arena *arena, const struct policy *policy) {
    struct buf buf;
    buf_init(&buf, arena, 200);
    for (size_t i = 0; i < policy->severity_count; i++) {
        buf_printf(&buf, "%s%s", i > 0 ? ", " : "", policy->severities[i].code);
    }
    return buf.data;
}

size_t policy_preset_count(void) {
    return sizeof PRESETS / sizeof *PRESETS - 1;
}

const char *policy_preset_key(size_t index) {
    REQUIRE(index < policy_preset_count());
    return PRESETS[index];
}

const struct policy *policy_preset(struct arena *arena, const char *key) {
    const struct asset *asset = NULL;
    struct policy *policy = ARENA_NEW(arena, struct policy);
    struct op op = { .arena = arena };
    struct error err;
    json_t *json;
    for (size_t i = 0; PRESETS[i] != NULL && asset == NULL; i++) {
        if (str_eq(key, PRESETS[i])) asset = asset_find(arena_printf(arena, "templates/policies/%s.json", key));
    }
    if (asset == NULL) return NULL;
    if (!json_parse(arena, (const char *)asset->bytes, asset->size, &json, &err) ||
        !policy_parse(&op, json, policy, &err)) {
        const struct field_error *wrong = op.fields.first;
        die("policy preset %s: %s %s", key, wrong == NULL ? err.detail : wrong->field,
            wrong == NULL ? "" : wrong->code);
    }
    return policy;
}

void wizard_propose(const struct policy *policy, const enum wizard_answer *answers, struct wizard_proposal *out) {
    *out = (struct wizard_proposal){ NULL, NULL };
    for (size_t i = 0; i < policy->step_count; i++) {
        if (answers[i] == ANSWER_NO) continue;
        out->step = &policy->steps[i];
        if (answers[i] == ANSWER_YES) out->severity = policy_severity(policy, policy->steps[i].severity);
        return;
    }
    out->severity = policy_severity(policy, policy->otherwise);
}
