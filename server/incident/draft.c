/* The draft of an incident, checked as a whole: everything that is wrong is named at once. */
#include "incident/draft_check.h"

#include "base/arena.h"
#include "base/field.h"
#include "base/str.h"
#include "people/user.h"
#include "service/service.h"

bool pick_service(struct tx *tx, const char *value, struct incident *incident, struct error *err) {
    if (value == NULL) return true;
    incident->service_id = 0;
    incident->service_key = incident->service_name = NULL;
    const char *text = typed_text(tx_op(tx), "service", value, SERVICE_NAME_MAX, FIELD_OPTIONAL);
    if (text == NULL) return true;
    struct service service;
    bool found;
    if (!service_find_named(tx, text, &service, &found, err)) return false;
    if (!found) {
        op_field_error(tx_op(tx), "service", "unknown", NULL);
        return true;
    }
    incident->service_id = service.id;
    incident->service_key = service.key;
    incident->service_name = service.name;
    return true;
}

bool pick_person(struct tx *tx, const char *text, int64_t *user_id, const char **name, struct error *err) {
    struct user user;
    bool found;
    if (!user_find_named(tx, text, &user, &found, err)) return false;
    *user_id = found ? user.id : 0;
    *name = found ? user.name : text;
    return true;
}

bool pick_owner(struct tx *tx, const char *value, struct incident *incident, struct error *err) {
    if (value == NULL) return true;
    const char *text = typed_text(tx_op(tx), "owner", value, OWNER_MAX, FIELD_OPTIONAL);
    incident->owner = NULL;
    incident->owner_id = 0;
    return text == NULL || pick_person(tx, text, &incident->owner_id, &incident->owner, err);
}

void phases_check(struct op *op, const struct tz *tz, const struct incident *incident) {
    static const char *const FIELDS[PHASE_COUNT] = { "started_at",   "detected_at", "propagated_at", "triaged_at",
                                                     "recovered_at", "analysed_at", "shared_at",     "reviewed_at" };
    int64_t started = incident->phase_at[PHASE_OCCURRED];
    for (int phase = PHASE_DETECTED; phase < PHASE_COUNT; phase++) {
        int64_t at = incident->phase_at[phase];
        if (at != 0 && started != 0 && at < started) typed_too_early(op, tz, FIELDS[phase], started);
    }
}

static void check_texts(struct op *op, const struct incident_draft *draft, struct incident *out) {
    out->title = typed_text(op, "title", draft->title, TITLE_MAX, FIELD_OPTIONAL);
    out->symptom = typed_text(op, "symptom", draft->symptom, LINE_MAX_CHARS, FIELD_MULTILINE);
    out->impact = typed_text(op, "impact", draft->impact, LINE_MAX_CHARS, FIELD_MULTILINE);
    out->action = typed_text(op, "action", draft->action, LINE_MAX_CHARS, FIELD_MULTILINE);
    out->suspected_cause = typed_text(op, "suspected_cause", draft->suspected_cause, LINE_MAX_CHARS, FIELD_MULTILINE);
    out->status_note = typed_text(op, "status_note", draft->status_note, LINE_MAX_CHARS, FIELD_MULTILINE);
    out->sensitivity = typed_text(op, "sensitivity", draft->sensitivity, LINE_MAX_CHARS, FIELD_MULTILINE);
    out->damage = typed_text(op, "damage", draft->damage, LINE_MAX_CHARS, FIELD_MULTILINE);
}

static void check_words(struct op *op, const struct incident_draft *draft, struct incident *out) {
    static const char *const LANGS[] = { "ko", "en", NULL };
    int kind = typed_word(op, "kind", draft->kind, KIND_WORDS);
    out->kind = kind < 0 ? INCIDENT_NORMAL : (enum incident_kind)kind;
    out->category = (enum incident_category)(typed_word(op, "category", draft->category, CATEGORY_WORDS) + 1);
    out->detection = (enum incident_detection)(typed_word(op, "detection", draft->detection, DETECTION_WORDS) + 1);
    out->controllable = (enum tristate)(typed_word(op, "controllable", draft->controllable, TRISTATE_WORDS) + 1);
    int lang = typed_word(op, "lang", draft->lang, LANGS);
    if (lang >= 0) out->lang = LANGS[lang];
}

static void check_severity(struct op *op, const char *value, struct change *change) {
    const char *code = typed_text(op, "severity", value, 20, FIELD_REQUIRED);
    change->level = code == NULL ? NULL : policy_severity(change->policy, code);
    if (code != NULL && change->level == NULL) {
        op_field_error(op, "severity", "one_of", policy_codes(op->arena, change->policy));
    }
    if (change->level != NULL) level_apply(&change->incident, change->level);
}

bool draft_check(struct tx *tx, const struct incident_draft *draft, struct change *change, struct error *err) {
    struct op *op = tx_op(tx);
    struct incident *out = &change->incident;
    *out = (struct incident){ .lang = change->organisation.lang, .policy_version = change->policy->version };
    int wrong_before = op->fields.count;
    check_texts(op, draft, out);
    if (out->title == NULL && out->symptom == NULL && op->fields.count == wrong_before) {
        op_field_error(op, "title", "required", NULL);
    }
    check_severity(op, draft->severity, change);
    check_words(op, draft, out);
    const struct tz *tz = change->organisation.tz;
    out->phase_at[PHASE_OCCURRED] = typed_time(op, tz, "started_at", draft->started_at, op->now_ms);
    out->phase_at[PHASE_DETECTED] = typed_time(op, tz, "detected_at", draft->detected_at, op->now_ms);
    phases_check(op, tz, out);
    return pick_service(tx, draft->service, out, err) && pick_owner(tx, draft->owner, out, err);
}

bool draft_roles(struct tx *tx, const struct incident_draft *draft, struct role_pick *picks, size_t *count,
                 struct error *err) {
    struct op *op = tx_op(tx);
    *count = 0;
    unsigned seen = 0;
    for (size_t i = 0; i < draft->role_count; i++) {
        const char *field = arena_printf(op->arena, "roles.%.30s", draft->roles[i].role);
        struct role_pick pick = { 0 };
        const char *person = typed_text(op, field, draft->roles[i].person, OWNER_MAX, FIELD_OPTIONAL);
        if (!role_kind_parse(draft->roles[i].role, &pick.role)) {
            op_field_error(op, field, "unknown", NULL);
            continue;
        }
        if (person == NULL) continue;
        if ((seen & 1u << pick.role) != 0) {
            op_field_error(op, field, "duplicate", NULL);
            continue;
        }
        seen |= 1u << pick.role;
        if (!pick_person(tx, person, &pick.user_id, &pick.name, err)) return false;
        picks[(*count)++] = pick;
    }
    return true;
}
