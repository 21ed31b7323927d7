/* Rollback or roll forward (R-A9): the questions in their order, and the decision kept with its reasons. */
#include "incident/checklist.h"

#include "base/arena.h"
#include "base/field.h"
#include "base/json.h"
#include "incident/incident_internal.h"

/* A schema change makes going back lose data; a fix that takes over half an hour is too late; what cannot be
 * deployed at once is no fix yet. Without a deployment there is nothing to go back to. */
const char *rollback_next(const struct rollback_answers *answers, enum rollback_choice *proposal) {
    *proposal = CHOICE_NONE;
    if (answers->after_deploy == TRI_UNKNOWN) return "after_deploy";
    if (answers->after_deploy == TRI_NO) {
        *proposal = CHOICE_ROLL_FORWARD;
        return NULL;
    }
    if (answers->schema_changed == TRI_UNKNOWN) return "schema_changed";
    if (answers->schema_changed == TRI_YES) {
        *proposal = CHOICE_ROLL_FORWARD;
        return NULL;
    }
    if (answers->fix_over_30_minutes == TRI_UNKNOWN) return "fix_over_30_minutes";
    if (answers->fix_over_30_minutes == TRI_YES) {
        *proposal = CHOICE_ROLLBACK;
        return NULL;
    }
    if (answers->deployable_now == TRI_UNKNOWN) return "deployable_now";
    *proposal = answers->deployable_now == TRI_YES ? CHOICE_ROLL_FORWARD : CHOICE_ROLLBACK;
    return NULL;
}

static const char *const CHOICE_WORDS[] = { "rollback", "roll_forward", NULL };

static enum tristate answer(struct op *op, const char *field, const char *typed) {
    return (enum tristate)(typed_word(op, field, typed, TRISTATE_WORDS) + 1);
}

static void put_answer(json_t *data, const char *name, enum tristate value) {
    if (value != TRI_UNKNOWN) json_put_text(data, name, tristate_name(value));
}

static bool decide(struct tx *tx, struct change *change, void *arg, struct error *err) {
    const struct rollback_draft *draft = arg;
    struct op *op = tx_op(tx);
    struct rollback_answers answers = { answer(op, "after_deploy", draft->after_deploy),
                                        answer(op, "schema_changed", draft->schema_changed),
                                        answer(op, "fix_over_30_minutes", draft->fix_over_30_minutes),
                                        answer(op, "deployable_now", draft->deployable_now) };
    int choice = field_one_of(op, "choice", draft->choice, CHOICE_WORDS, FIELD_REQUIRED);
    const char *reason = typed_text(op, "reason", draft->reason, TEXT_MAX, FIELD_REQUIRED | FIELD_MULTILINE);
    if (op->fields.count > 0) return OP_INVALID(op, err);
    enum rollback_choice proposal;
    rollback_next(&answers, &proposal);
    json_t *data = json_obj(op->arena);
    put_answer(data, "after_deploy", answers.after_deploy);
    put_answer(data, "schema_changed", answers.schema_changed);
    put_answer(data, "fix_over_30_minutes", answers.fix_over_30_minutes);
    put_answer(data, "deployable_now", answers.deployable_now);
    json_put_text(data, "choice", arena_printf(op->arena, "@incident.choice.%s", CHOICE_WORDS[choice]));
    json_put_text(data, "reason", reason);
    if (proposal != CHOICE_NONE) {
        json_put_text(data, "proposal", arena_printf(op->arena, "@incident.choice.%s", CHOICE_WORDS[proposal - 1]));
    }
    const char *key = proposal == CHOICE_NONE ? "timeline.rollback" : "timeline.rollback_proposed";
    struct event_entry entry = { .kind = EVENT_DECISION, .key = key, .data = data };
    return change_record(tx, change, &entry, "incident.rollback_decided", err);
}

bool incident_decide_rollback(struct op *op, const char *ref, const struct rollback_draft *draft, struct incident *out,
                              struct error *err) {
    struct rollback_draft copy = *draft;
    return incident_change(op, ref, &(struct change_call){ decide, &copy, PERM_RESPOND }, out, err);
}
