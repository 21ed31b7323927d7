/* Corrections (draft.h): each member that was sent is checked, compared and written; the audit log and the timeline
 * keep what stood there before. */
#include "incident/draft_check.h"

#include "base/arena.h"
#include "base/field.h"
#include "base/json.h"
#include "base/str.h"
#include "text/when.h"

/* Plain texts: the same name in patch, incident and API, save for the recovery's. */
struct text_member {
    const char *name;
    size_t of_patch, of_incident;
    size_t max;
    unsigned rules;
};
#define MEMBER(field, name, max, rules) \
    { name, offsetof(struct incident_patch, field), offsetof(struct incident, field), max, rules }
static const struct text_member TEXTS[] = {
    MEMBER(title, "title", TITLE_MAX, FIELD_OPTIONAL),
    MEMBER(symptom, "symptom", LINE_MAX_CHARS, FIELD_MULTILINE),
    MEMBER(impact, "impact", LINE_MAX_CHARS, FIELD_MULTILINE),
    MEMBER(sensitivity, "sensitivity", LINE_MAX_CHARS, FIELD_MULTILINE),
    MEMBER(damage, "damage", LINE_MAX_CHARS, FIELD_MULTILINE),
    MEMBER(action, "action", LINE_MAX_CHARS, FIELD_MULTILINE),
    MEMBER(suspected_cause, "suspected_cause", LINE_MAX_CHARS, FIELD_MULTILINE),
    MEMBER(status_note, "status_note", LINE_MAX_CHARS, FIELD_MULTILINE),
    MEMBER(cause, "cause", TEXT_MAX, FIELD_MULTILINE),
    MEMBER(recovery_action, "recovery_action", TEXT_MAX, FIELD_MULTILINE),
    MEMBER(recovery_impact, "recovery_impact", TEXT_MAX, FIELD_MULTILINE),
    MEMBER(follow_up, "follow_up", TEXT_MAX, FIELD_MULTILINE),
};
static const char *const PHASE_FIELDS[PHASE_COUNT] = { "started_at",   "detected_at", "propagated_at", "triaged_at",
                                                       "recovered_at", "analysed_at", "shared_at",     "reviewed_at" };

static const char *patch_text(const struct incident_patch *patch, const struct text_member *member) {
    return *(const char *const *)((const char *)patch + member->of_patch);
}

static const char **incident_text(struct incident *incident, const struct text_member *member) {
    return (const char **)((char *)incident + member->of_incident);
}

static void apply_texts(struct op *op, const struct incident_patch *patch, struct incident *incident) {
    for (size_t i = 0; i < sizeof TEXTS / sizeof *TEXTS; i++) {
        const char *typed = patch_text(patch, &TEXTS[i]);
        if (typed == NULL) continue;
        *incident_text(incident, &TEXTS[i]) = typed_text(op, TEXTS[i].name, typed, TEXTS[i].max, TEXTS[i].rules);
    }
    if (incident->title == NULL && incident->symptom == NULL && op->fields.count == 0) {
        op_field_error(op, patch->title != NULL ? "title" : "symptom", "required", NULL);
    }
}

static void apply_words(struct op *op, const struct incident_patch *patch, struct incident *incident) {
    if (patch->category != NULL) {
        incident->category = (enum incident_category)(typed_word(op, "category", patch->category, CATEGORY_WORDS) + 1);
    }
    if (patch->detection != NULL) {
        int word = typed_word(op, "detection", patch->detection, DETECTION_WORDS);
        incident->detection = (enum incident_detection)(word + 1);
    }
    if (patch->controllable != NULL) {
        int word = typed_word(op, "controllable", patch->controllable, TRISTATE_WORDS);
        incident->controllable = (enum tristate)(word + 1);
    }
}

static void apply_phases(struct op *op, const struct incident_patch *patch, struct change *change) {
    struct incident *incident = &change->incident;
    const struct tz *tz = change->organisation.tz;
    for (int phase = 0; phase < PHASE_COUNT; phase++) {
        const char *typed = patch->phase_at[phase];
        if (typed == NULL) continue;
        bool of_recovery = phase == PHASE_RECOVERED;
        if (of_recovery && incident_is_open(incident->state)) {
            op_field_error(op, PHASE_FIELDS[phase], "not_allowed", NULL);
        } else if (of_recovery && str_blank(typed)) {
            op_field_error(op, PHASE_FIELDS[phase], "required", NULL);
        } else {
            incident->phase_at[phase] = typed_time(op, tz, PHASE_FIELDS[phase], typed, op->now_ms);
        }
    }
    if (op->fields.count == 0) phases_check(op, tz, incident);
    int64_t recovered = incident->phase_at[PHASE_RECOVERED];
    if (recovered != 0 && recovered < incident_begin(incident) && op->fields.count == 0) {
        typed_too_early(op, tz, "recovered_at", incident_begin(incident));
    }
}

static void apply_times(struct op *op, const struct incident_patch *patch, struct change *change) {
    struct incident *incident = &change->incident;
    const struct tz *tz = change->organisation.tz;
    if (patch->acknowledged_at != NULL) {
        incident->acknowledged_at = typed_time(op, tz, "acknowledged_at", patch->acknowledged_at, op->now_ms);
        if (incident->acknowledged_at == 0) op_field_error(op, "acknowledged_at", "required", NULL);
    }
    if (patch->retro_at != NULL) {
        incident->retro_at = typed_time(op, tz, "retro_at", patch->retro_at, INT64_MAX);
        if (incident->retro_at != 0 && incident->retro_at < incident_begin(incident)) {
            typed_too_early(op, tz, "retro_at", incident_begin(incident));
        }
    }
}

/* --- what changed --- */

struct difference {
    struct op *op;
    json_t *before, *after;
    json_t *labels; /* message keys of the fields */
};

static void differ(struct difference *diff, const char *field, const char *before, const char *after) {
    if (str_eq(before, after)) return;
    json_put_text(diff->before, field, before);
    json_put_text(diff->after, field, after);
    json_push(diff->labels, json_string(arena_printf(diff->op->arena, "@incident.field.%s", field)));
}

static void differ_time(struct difference *diff, const char *field, int64_t before, int64_t after) {
    struct arena *arena = diff->op->arena;
    differ(diff, field, before == 0 ? NULL : when_rfc3339(arena, before),
           after == 0 ? NULL : when_rfc3339(arena, after));
}

static void compare(struct difference *diff, struct incident *old, struct incident *new) {
    for (size_t i = 0; i < sizeof TEXTS / sizeof *TEXTS; i++) {
        differ(diff, TEXTS[i].name, *incident_text(old, &TEXTS[i]), *incident_text(new, &TEXTS[i]));
    }
    differ(diff, "service", old->service_key, new->service_key);
    differ(diff, "owner", old->owner, new->owner);
    differ(diff, "category", incident_category_name(old->category), incident_category_name(new->category));
    differ(diff, "detection", incident_detection_name(old->detection), incident_detection_name(new->detection));
    differ(diff, "controllable", tristate_name(old->controllable), tristate_name(new->controllable));
    for (int phase = 0; phase < PHASE_COUNT; phase++) {
        differ_time(diff, PHASE_FIELDS[phase], old->phase_at[phase], new->phase_at[phase]);
    }
    differ_time(diff, "acknowledged_at", old->acknowledged_at, new->acknowledged_at);
    differ_time(diff, "retro_at", old->retro_at, new->retro_at);
}

/* --- the write --- */

static bool follow_up(struct tx *tx, struct change *change, struct error *err) {
    struct incident *incident = &change->incident;
    bool cause_known = incident->cause != NULL || incident->suspected_cause != NULL;
    if (incident->cause != NULL) phase_stamp(incident, PHASE_ANALYSED, tx_op(tx)->now_ms);
    if (cause_known && !clocks_cause_known(tx, change, err)) return false;
    if (incident->action != NULL && change->before.action == NULL &&
        !clock_meet(tx, incident, CLOCK_MITIGATION, tx_op(tx)->now_ms, err)) {
        return false;
    }
    return clocks_corrected(tx, change, err) && incident_index(tx, incident, err);
}

static bool correct(struct tx *tx, struct change *change, void *arg, struct error *err) {
    const struct incident_patch *patch = arg;
    struct op *op = tx_op(tx);
    struct incident *incident = &change->incident;
    if (patch->expected_version != 0 && patch->expected_version != incident->version) {
        return ERROR(err, ERR_STALE, "incident.stale", "%s is at version %lld", incident->ref,
                     (long long)incident->version);
    }
    apply_texts(op, patch, incident);
    apply_words(op, patch, incident);
    apply_phases(op, patch, change);
    apply_times(op, patch, change);
    if (!pick_service(tx, patch->service, incident, err) || !pick_owner(tx, patch->owner, incident, err)) return false;
    if (op->fields.count > 0) return OP_INVALID(op, err);
    struct difference diff = { op, json_obj(op->arena), json_obj(op->arena), json_arr(op->arena) };
    compare(&diff, &change->before, incident);
    if (json_object_size(diff.after) == 0) {
        change->unchanged = true;
        return true;
    }
    json_t *data = json_obj(op->arena);
    json_put(data, "fields", json_incref(diff.labels));
    json_put(data, "before", json_incref(diff.before));
    json_put(data, "after", json_incref(diff.after));
    struct event_entry entry = { .kind = EVENT_CORRECTED, .key = "timeline.corrected", .data = data };
    return change_record(tx, change, &entry, "incident.corrected", err) && follow_up(tx, change, err);
}

bool incident_correct(struct op *op, const char *ref, const struct incident_patch *patch, struct incident *out,
                      struct error *err) {
    struct incident_patch copy = *patch;
    return incident_change(op, ref, &(struct change_call){ correct, &copy, PERM_RESPOND }, out, err);
}
