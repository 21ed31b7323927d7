/* Parts: what a retrospective holds beside its sections, each saved whole against the version it was read at. */
#include "review/review_internal.h"

#include "base/arena.h"
#include "base/field.h"
#include "base/json.h"
#include "base/str.h"

enum { LINE_MAX = 200, TEXT_MAX = 4000, WHY_MAX = 2000 };

static const char *const NAMES[PART_COUNT] = { "facts", "meeting", "whys", "pace" };

const char *document_part_name(enum document_part part) {
    REQUIRE(part < PART_COUNT);
    return NAMES[part];
}

bool document_part_parse(const char *name, enum document_part *out) {
    for (enum document_part part = PART_FACTS; part < PART_COUNT; part++) {
        if (!str_eq(name, NAMES[part])) continue;
        *out = part;
        return true;
    }
    return false;
}

static bool wishes(const struct document_save *save, enum document_part part) {
    switch (part) {
    case PART_FACTS: return save->shape != NULL || save->lesson != NULL || save->runbook_change != NULL;
    case PART_MEETING: return save->facilitator != NULL || save->attendees != NULL;
    case PART_WHYS: return save->has_whys;
    case PART_PACE:
        for (int phase = 0; phase < PHASE_COUNT; phase++) {
            if (save->pace[phase] != NULL) return true;
        }
        return false;
    default: return false;
    }
}

static void check_pace(struct op *op, const struct document_save *save) {
    for (int phase = 0; phase < PHASE_COUNT; phase++) {
        const char *name = arena_printf(op->arena, "pace.%s", incident_phase_name((enum incident_phase)phase));
        if (save->pace[phase] == NULL) continue;
        if (phase < PACE_FIRST || phase > PACE_LAST) op_field_error(op, name, "unknown", NULL);
        else field_text(op, name, save->pace[phase], PACE_MAX, FIELD_MULTILINE);
    }
}

void parts_check(struct op *op, enum document_kind kind, const struct document_save *save) {
    field_text(op, "facilitator", save->facilitator, LINE_MAX, 0);
    field_text(op, "attendees", save->attendees, TEXT_MAX, FIELD_MULTILINE);
    field_text(op, "lesson", save->lesson, LINE_MAX, 0);
    field_text(op, "runbook_change", save->runbook_change, TEXT_MAX, FIELD_MULTILINE);
    if (save->why_count > WHYS_MAX) op_field_error(op, "whys", "too_many", "20");
    if (kind == DOCUMENT_REPORT && save->has_whys) op_field_error(op, "whys", "unknown", NULL);
    if (kind == DOCUMENT_REPORT && wishes(save, PART_PACE)) op_field_error(op, "pace", "unknown", NULL);
    else check_pace(op, save);
    for (size_t i = 0; i < save->why_count && i < WHYS_MAX; i++) {
        const struct why *why = &save->whys[i];
        const char *at = arena_printf(op->arena, "whys[%zu]", i);
        field_text(op, arena_printf(op->arena, "%s.question", at), why->question, WHY_MAX,
                   FIELD_REQUIRED | FIELD_MULTILINE);
        field_text(op, arena_printf(op->arena, "%s.answer", at), why->answer, WHY_MAX, FIELD_MULTILINE);
        field_text(op, arena_printf(op->arena, "%s.evidence", at), why->evidence, WHY_MAX, FIELD_MULTILINE);
    }
}

static const char *pick(const char *wanted, const char *current) {
    if (wanted == NULL) return current;
    return str_blank(wanted) ? NULL : wanted;
}

void parts_apply(struct document *document, const struct document_save *save) {
    document->facilitator = pick(save->facilitator, document->facilitator);
    document->attendees = pick(save->attendees, document->attendees);
    document->lesson = pick(save->lesson, document->lesson);
    document->runbook_change = pick(save->runbook_change, document->runbook_change);
}

bool part_keep(struct tx *tx, struct document *document, enum document_part part, const struct part_base *base,
               struct error *err) {
    struct op *op = tx_op(tx);
    struct part *now = &document->parts[part];
    bool saved = !base->given || base->version == now->version;
    if (saved && !part_row_save(tx, document->id, part, now->version, &saved, err)) return false;
    if (!saved) {
        op_field_error(op, NAMES[part], "stale", NULL);
        return ERROR(err, ERR_STALE, "document.section_changed", "%s", NAMES[part]);
    }
    *now = (struct part){ now->version + 1, op->actor->name, op->now_ms };
    const char *body = json_dump(op->arena, document_part_json(op, document, part));
    struct section kept = { NAMES[part], body, now->version, now->updated_by, now->updated_at };
    return history_row_add(tx, document->id, &kept, err) &&
           typing_row_clear(tx, &(struct typing_place){ document->incident_id, document->kind }, NAMES[part], err);
}

static bool save_pace(struct tx *tx, struct document *document, const struct document_save *save, struct error *err) {
    for (int phase = PACE_FIRST; phase <= PACE_LAST; phase++) {
        const char *note = save->pace[phase];
        if (note == NULL) continue;
        if (!pace_row_put(tx, document->id, (enum incident_phase)phase, note, err)) return false;
        document->pace[phase] = pick(note, NULL);
    }
    return true;
}

bool parts_save(struct tx *tx, struct document *document, const struct document_save *save, struct error *err) {
    if (save->has_whys) {
        if (!why_rows_replace(tx, document->id, save->whys, save->why_count, err)) return false;
        struct why *whys = ARENA_ARRAY(tx_op(tx)->arena, save->why_count + 1, struct why);
        for (size_t i = 0; i < save->why_count; i++) whys[i] = save->whys[i];
        document->whys = whys;
        document->why_count = save->why_count;
    }
    if (!save_pace(tx, document, save, err)) return false;
    for (enum document_part part = PART_FACTS; part < PART_COUNT; part++) {
        if (wishes(save, part) && !part_keep(tx, document, part, &save->base[part], err)) return false;
    }
    return true;
}
