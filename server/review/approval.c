/* Review of documents: draft → submitted → approved → published, with every decision kept (R-B5).
 *
 * Who must agree comes from the policy the incident was declared under: the team's lead, or SRE and executives.
 * Submit and publish freeze a revision; both pass document_gate inside the transaction. A lead who publishes what
 * nobody has approved yet approves it by doing so, where the team's level is enough; that is recorded too. */
#include "review/review_internal.h"

#include "base/arena.h"
#include "base/field.h"
#include "base/json.h"
#include "base/secret.h"
#include "base/str.h"
#include "incident/clock.h"
#include "incident/timeline.h"
#include "people/permission.h"
#include "policy/policy.h"
#include "text/i18n.h"

#include <string.h>

enum { NOTE_MAX = 1000, RUNBOOK_MAX = 4000 };

enum step { STEP_SUBMIT, STEP_APPROVE, STEP_RETURN, STEP_PUBLISH };

struct moving {
    const char *ref;
    enum document_kind kind;
    enum step step;
    const char *note; /* of a decision */
    struct publish_wish answer;
};

/* --- what every step leaves behind --- */

static bool freeze(struct tx *tx, struct document *document, const char *reason, struct error *err) {
    struct op *op = tx_op(tx);
    json_t *frozen = document_content(op, document);
    json_put_i64(frozen, "revision", document->revision + 1);
    const char *content = json_dump(op->arena, frozen);
    struct revision revision = { .document_id = document->id,
                                 .number = ++document->revision,
                                 .reason = reason,
                                 .content = content,
                                 .made_by = op->actor->name,
                                 .made_at = op->now_ms };
    char hash[SECRET_HASH_SIZE];
    secret_sha256(content, strlen(content), hash);
    revision.hash = hash;
    return revision_row_insert(tx, &revision, err);
}

static bool decide(struct tx *tx, const struct document *document, const char *decision, const char *note,
                   struct error *err) {
    const struct actor *actor = tx_op(tx)->actor;
    struct approval approval = { .revision = document->revision,
                                 .person = actor->name,
                                 .role = actor->role == NULL ? "" : actor->role,
                                 .decision = decision,
                                 .note = note,
                                 .decided_at = tx_op(tx)->now_ms };
    return approval_row_insert(tx, document->id, &approval, err);
}

static bool leave_trace(struct tx *tx, struct incident *incident, const struct document *document, const char *what,
                        struct error *err) {
    struct op *op = tx_op(tx);
    const char *kind = document_kind_name(document->kind);
    const char *key = arena_printf(op->arena, "review.event.%s_%s", kind, what);
    const struct i18n *lang = i18n_get(incident->lang);
    struct event_entry entry = { .kind = EVENT_REVIEW, .text = i18n_text(lang, key), .phase = -1 };
    json_t *payload = json_obj(op->arena);
    json_put_text(payload, "incident", incident->ref);
    json_put_text(payload, "kind", kind);
    json_put_i64(payload, "revision", document->revision);
    json_put_text(payload, "text",
                  arena_printf(op->arena, "📄 [%s] %s — %s", incident->ref, incident_headline(incident), entry.text));
    struct outbox_message message = { .topic = arena_printf(op->arena, "%s.%s", kind, what),
                                      .order_key = arena_printf(op->arena, "incident/%lld", (long long)incident->id),
                                      .severity = incident->severity,
                                      .payload = payload };
    return timeline_add(tx, incident, &entry, err) && incident_save(tx, incident, err) &&
           audit_add(tx, arena_printf(op->arena, "document.%s", what),
                     arena_printf(op->arena, "%s/%s", kind, incident->ref), payload, err) &&
           (!incident_reaches_outside(incident) || outbox_publish(tx, &message, err));
}

static enum clock_kind clock_of(enum document_kind kind) {
    return kind == DOCUMENT_REPORT ? CLOCK_REPORT : CLOCK_RETRO;
}

/* --- the level of review --- */

static bool executives_review(struct tx *tx, const struct incident *incident, bool *out, struct error *err) {
    const struct policy *policy;
    if (!incident_policy(tx, incident, &policy, err)) return false;
    const struct policy_severity *severity = policy_severity(policy, incident->severity);
    *out = severity != NULL && severity->review == REVIEW_EXECUTIVES;
    return true;
}

/* Approvals of the newest revision: the team's level needs a lead or an administrator; above it, an administrator
 * (who stands for SRE and executives). */
static bool approved_enough(struct tx *tx, const struct document *document, bool executives, bool *enough,
                            struct error *err) {
    struct approval_list list;
    if (!approval_rows_load(tx, document->id, &list, err)) return false;
    *enough = false;
    for (size_t i = 0; i < list.count; i++) {
        const struct approval *approval = &list.items[i];
        if (approval->revision != document->revision) continue;
        if (!str_eq(approval->decision, "approved")) *enough = false;
        else if (!executives || str_eq(approval->role, "admin")) *enough = true;
    }
    return true;
}

/* --- the steps --- */

static bool submit(struct tx *tx, struct incident *incident, struct document *document, struct error *err) {
    struct op *op = tx_op(tx);
    if (document->state != DOCUMENT_DRAFT) {
        return ERROR(err, ERR_CONFLICT, "document.not_draft", "%s", document_state_name(document->state));
    }
    if (!document_gate(tx, document, err) || !document_complete(tx, document, false, err)) return false;
    document->state = DOCUMENT_SUBMITTED;
    document->submitted_by = op->actor->user_id;
    document->submitted_at = op->now_ms;
    return document_keep(tx, document, err) && freeze(tx, document, "submitted", err) &&
           document_keep(tx, document, err) && clock_meet(tx, incident, clock_of(document->kind), op->now_ms, err) &&
           leave_trace(tx, incident, document, "submitted", err);
}

static bool approve(struct tx *tx, struct incident *incident, struct document *document, const char *note,
                    struct error *err) {
    if (document->state != DOCUMENT_SUBMITTED && document->state != DOCUMENT_APPROVED) {
        return ERROR(err, ERR_CONFLICT, "document.not_submitted", "%s", document_state_name(document->state));
    }
    bool enough, executives;
    if (!decide(tx, document, "approved", note, err) || !executives_review(tx, incident, &executives, err) ||
        !approved_enough(tx, document, executives, &enough, err)) {
        return false;
    }
    if (enough) document->state = DOCUMENT_APPROVED;
    return document_keep(tx, document, err) && leave_trace(tx, incident, document, "approved", err);
}

static bool give_back(struct tx *tx, struct incident *incident, struct document *document, const char *note,
                      struct error *err) {
    if (document->state != DOCUMENT_SUBMITTED && document->state != DOCUMENT_APPROVED) {
        return ERROR(err, ERR_CONFLICT, "document.not_submitted", "%s", document_state_name(document->state));
    }
    document->state = DOCUMENT_DRAFT;
    return decide(tx, document, "returned", note, err) && document_keep(tx, document, err) &&
           leave_trace(tx, incident, document, "returned", err);
}

/* May this person publish it as it stands: approved, or approved by publishing. */
static bool may_publish(struct tx *tx, const struct incident *incident, const struct document *document,
                        struct error *err) {
    if (document->state == DOCUMENT_PUBLISHED) {
        return ERROR(err, ERR_CONFLICT, "document.published", "revision %lld", (long long)document->revision);
    }
    bool executives;
    if (!executives_review(tx, incident, &executives, err)) return false;
    bool may_decide = !executives || str_eq(tx_op(tx)->actor->role, "admin");
    if (document->state == DOCUMENT_APPROVED || may_decide) return true;
    return ERROR(err, ERR_CONFLICT, "document.not_approved", "%s", document_state_name(document->state));
}

static bool answer_runbook(struct tx *tx, struct document *document, const struct publish_wish *wish,
                           struct error *err) {
    const char *change = str_blank(wish->runbook_change) ? NULL : wish->runbook_change;
    if (wish->runbook_change == NULL || document->kind != DOCUMENT_RETRO || str_eq(change, document->runbook_change)) {
        return true;
    }
    document->runbook_change = change;
    return part_keep(tx, document, PART_FACTS, &wish->base, err);
}

/* asked: the answer about the runbook is due now. */
static bool publish(struct tx *tx, struct incident *incident, struct document *document, bool asked,
                    struct error *err) {
    struct op *op = tx_op(tx);
    if (!document_gate(tx, document, err) || !may_publish(tx, incident, document, err) ||
        !document_complete(tx, document, asked, err)) {
        return false;
    }
    bool by_publishing = document->state != DOCUMENT_APPROVED;
    if (document->submitted_at == 0) {
        document->submitted_at = op->now_ms;
        document->submitted_by = op->actor->user_id;
    }
    document->state = DOCUMENT_PUBLISHED;
    document->published_at = op->now_ms;
    if (!document_keep(tx, document, err) || !freeze(tx, document, "published", err) ||
        (by_publishing && !decide(tx, document, "approved", NULL, err)) || !document_keep(tx, document, err)) {
        return false;
    }
    enum incident_phase phase = document->kind == DOCUMENT_REPORT ? PHASE_SHARED : PHASE_REVIEWED;
    if (incident->phase_at[phase] == 0) incident->phase_at[phase] = op->now_ms;
    return clock_meet(tx, incident, clock_of(document->kind), op->now_ms, err) &&
           leave_trace(tx, incident, document, "published", err);
}

static bool move_tx(struct tx *tx, void *arg, struct error *err) {
    const struct moving *moving = arg;
    struct incident incident;
    struct document document;
    tx_op(tx)->fields = (struct field_errors){ 0 }; /* a retried run starts clean */
    if (!document_load(tx, moving->ref, moving->kind, &incident, &document, err)) return false;
    if (moving->step == STEP_SUBMIT || moving->step == STEP_PUBLISH) {
        /* what is still drafted is saved as it stands: what people submit is what they saw, and stays so */
        if (document.version == 0 && !document_keep(tx, &document, err)) return false;
        if (!document_keep_draft(tx, &document, err) || !document_index(tx, &incident, &document, err)) return false;
    }
    document.updated_at = tx_op(tx)->now_ms;
    if (!answer_runbook(tx, &document, &moving->answer, err)) return false;
    switch (moving->step) {
    case STEP_SUBMIT: return submit(tx, &incident, &document, err);
    case STEP_APPROVE: return approve(tx, &incident, &document, moving->note, err);
    case STEP_RETURN: return give_back(tx, &incident, &document, moving->note, err);
    case STEP_PUBLISH: return publish(tx, &incident, &document, moving->answer.runbook_change != NULL, err);
    }
    die("unknown review step");
}

static bool move(struct op *op, const struct moving *moving, struct document *out, struct error *err) {
    struct moving copy = *moving;
    return document_write(op, &(struct document_call){ move_tx, &copy, moving->ref, moving->kind }, out, err);
}

bool document_submit(struct op *op, const char *incident_ref, enum document_kind kind, struct document *out,
                     struct error *err) {
    if (!permission_check(op, PERM_RESPOND, err)) return false;
    return move(op, &(struct moving){ .ref = incident_ref, .kind = kind, .step = STEP_SUBMIT }, out, err);
}

bool document_decide(struct op *op, const char *incident_ref, enum document_kind kind, bool approval, const char *note,
                     struct document *out, struct error *err) {
    if (!permission_check(op, PERM_REVIEW, err)) return false;
    unsigned rules = FIELD_MULTILINE | (approval ? 0U : FIELD_REQUIRED);
    note = field_text(op, "note", note, NOTE_MAX, rules);
    if (op->fields.count > 0) return OP_INVALID(op, err);
    enum step step = approval ? STEP_APPROVE : STEP_RETURN;
    struct moving moving = { .ref = incident_ref, .kind = kind, .step = step, .note = str_blank(note) ? NULL : note };
    return move(op, &moving, out, err);
}

bool document_publish(struct op *op, const char *incident_ref, enum document_kind kind, const struct publish_wish *wish,
                      struct document *out, struct error *err) {
    if (!permission_check(op, PERM_REVIEW, err)) return false;
    struct moving moving = { .ref = incident_ref, .kind = kind, .step = STEP_PUBLISH };
    if (wish != NULL) moving.answer = *wish;
    field_text(op, "runbook_change", moving.answer.runbook_change, RUNBOOK_MAX, FIELD_MULTILINE);
    if (op->fields.count > 0) return OP_INVALID(op, err);
    return move(op, &moving, out, err);
}
