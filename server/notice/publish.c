/* The steps of a notice: submitted by one person, approved by another, published. See notice.h.
 *
 * The way around the second person exists for emergencies and is never silent: it needs the right to approve, a
 * reason, and leaves an audit entry of its own kind. */
#include "notice/notice.h"

#include "base/arena.h"
#include "base/field.h"
#include "base/json.h"
#include "base/str.h"
#include "incident/clock.h"
#include "incident/timeline.h"
#include "notice/answer.h"
#include "notice/notice_internal.h"
#include "notice/notice_sql.h"
#include "notice/subscriber.h"
#include "people/permission.h"
#include "policy/organisation.h"
#include "text/i18n.h"
#include "text/when.h"

enum step { STEP_SUBMIT, STEP_APPROVE, STEP_REJECT, STEP_PUBLISH, STEP_WITHDRAW };

struct moving {
    int64_t id;
    enum step step;
    const struct notice_step *typed;
    const char *reason; /* checked; NULL if none */
    struct notice *out;
};

/* What one step works on. */
struct stage_hands {
    struct organisation organisation;
    struct incident incident;
    struct notice notice;
};

static bool in_state(const struct notice *notice, enum notice_state wanted, const char *code, struct error *err) {
    if (notice->state == wanted) return true;
    return ERROR(err, ERR_CONFLICT, code, "notice is %s", notice_state_name(notice->state));
}

/* --- what a step leaves behind --- */

static json_t *payload_of(struct op *op, const struct stage_hands *hands, const char *what) {
    const struct notice *notice = &hands->notice;
    const struct i18n *lang = i18n_get(hands->organisation.lang);
    json_t *payload = json_obj(op->arena);
    const char *title = notice->ko.title;
    const char *key = arena_printf(op->arena, "timeline.notice_%s", what);
    const char *line = i18n_format(lang, op->arena, key, I18N_ARGS({ "title", title }));
    const char *text = str_eq(what, "published") ? arena_printf(op->arena, "%s\n\n%s", line, notice->ko.text) : line;
    json_put_text(payload, "incident", hands->incident.ref);
    json_put_id(payload, "notice", notice->id);
    json_put_text(payload, "stage", notice_stage_name(notice->stage));
    json_put_text(payload, "title", title);
    json_put_text(payload, "text", arena_printf(op->arena, "📢 [%s] %s", hands->incident.ref, text));
    json_put_text(payload, "body_ko", notice->ko.text);
    json_put_text(payload, "body_en", notice->en.text);
    return payload;
}

static bool send_out(struct tx *tx, const struct stage_hands *hands, const char *what, struct error *err) {
    struct op *op = tx_op(tx);
    if (!incident_reaches_outside(&hands->incident)) return true;
    struct outbox_message message = {
        .topic = arena_printf(op->arena, "notice.%s", what),
        .order_key = arena_printf(op->arena, "incident/%lld", (long long)hands->incident.id),
        .severity = hands->incident.severity,
        .payload = payload_of(op, hands, what),
    };
    return outbox_publish(tx, &message, err);
}

static bool leave_trace(struct tx *tx, struct stage_hands *hands, const char *what, const char *reason,
                        struct error *err) {
    struct op *op = tx_op(tx);
    const struct notice *notice = &hands->notice;
    json_t *detail = json_obj(op->arena);
    json_put_id(detail, "notice", notice->id);
    json_put_text(detail, "stage", notice_stage_name(notice->stage));
    json_put_text(detail, "title", notice->ko.title);
    json_put_i64(detail, "version", notice->version);
    if (reason != NULL) json_put_text(detail, "reason", reason);
    struct event_entry entry = { .kind = EVENT_REVIEW, .data = detail };
    entry.key = arena_printf(op->arena, "timeline.notice_%s", what);
    return timeline_add(tx, &hands->incident, &entry, err) && incident_save(tx, &hands->incident, err) &&
           audit_add(tx, arena_printf(op->arena, "notice.%s", what),
                     arena_printf(op->arena, "notice/%s", notice->public_id), detail, err) &&
           send_out(tx, hands, what, err);
}

static bool keep(struct tx *tx, struct stage_hands *hands, const char *what, const char *reason, struct error *err) {
    hands->notice.updated_at = tx_op(tx)->now_ms;
    return notice_row_update(tx, &hands->notice, err) && leave_trace(tx, hands, what, reason, err);
}

/* --- the steps --- */

/* Before anybody reads it, a notice is complete: a text without gaps, and until recovery the time of the next one. */
static bool complete(struct op *op, const struct notice *notice, struct error *err) {
    if (str_blank(notice->ko.title)) op_field_error(op, "title.ko", "required", NULL);
    if (str_blank(notice->ko.text)) op_field_error(op, "text.ko", "required", NULL);
    if (notice->next_at == 0 && notice->stage != STAGE_RECOVERED)
        op_field_error(op, "next_notice_at", "required", NULL);
    return op->fields.count == 0 ? true : OP_INVALID(op, err);
}

static bool submit(struct tx *tx, struct stage_hands *hands, struct error *err) {
    struct op *op = tx_op(tx);
    struct notice *notice = &hands->notice;
    if (!in_state(notice, NOTICE_DRAFT, "notice.not_draft", err) || !complete(op, notice, err) ||
        !notice_gate(tx, notice, err))
        return false;
    notice->state = NOTICE_SUBMITTED;
    notice->submitted_by = op->actor->user_id;
    notice->submitted_at = op->now_ms;
    notice->reason = NULL;
    return keep(tx, hands, "submitted", NULL, err);
}

static bool is_own(const struct notice *notice, const struct actor *actor) {
    return actor->user_id == notice->created_by || actor->user_id == notice->edited_by ||
           actor->user_id == notice->submitted_by;
}

static bool approve(struct tx *tx, struct stage_hands *hands, struct error *err) {
    struct op *op = tx_op(tx);
    struct notice *notice = &hands->notice;
    if (!in_state(notice, NOTICE_SUBMITTED, "notice.not_submitted", err)) return false;
    if (!hands->organisation.notice_self_approval && is_own(notice, op->actor))
        return ERROR(err, ERR_FORBIDDEN, "notice.own", "written or submitted by %s", op->actor->login);
    notice->state = NOTICE_APPROVED;
    notice->approved_by = op->actor->user_id;
    notice->approver = op->actor->name;
    notice->approved_at = op->now_ms;
    return keep(tx, hands, "approved", NULL, err);
}

static bool reject(struct tx *tx, struct stage_hands *hands, const char *reason, struct error *err) {
    struct notice *notice = &hands->notice;
    if (notice->state != NOTICE_APPROVED && !in_state(notice, NOTICE_SUBMITTED, "notice.not_submitted", err))
        return false;
    notice->state = NOTICE_DRAFT;
    notice->submitted_by = notice->submitted_at = notice->approved_by = notice->approved_at = 0;
    notice->approver = NULL;
    notice->reason = reason;
    return keep(tx, hands, "rejected", reason, err);
}

/* The promise of the next notice: kept by this one, made anew, or over. */
static bool promise(struct tx *tx, const struct stage_hands *hands, struct error *err) {
    int64_t next = hands->notice.next_at;
    int64_t id = hands->incident.id;
    if (next == 0 || hands->notice.stage == STAGE_RECOVERED) return due_cancel(tx, NOTICE_NEXT_DUE, id, "", err);
    return due_set(tx, &(struct due){ .kind = NOTICE_NEXT_DUE, .subject_id = id, .variant = "", .due_ms = next }, err);
}

static bool may_go_out(struct tx *tx, const struct notice *notice, bool emergency, struct error *err) {
    struct op *op = tx_op(tx);
    if (notice->state == NOTICE_PUBLISHED || notice->state == NOTICE_WITHDRAWN)
        return ERROR(err, ERR_CONFLICT, "notice.published", "notice is %s", notice_state_name(notice->state));
    if (!emergency && !in_state(notice, NOTICE_APPROVED, "notice.not_approved", err)) return false;
    if (!complete(op, notice, err) || (!emergency && !notice_gate(tx, notice, err))) return false;
    if (notice->next_at != 0 && notice->next_at <= op->now_ms)
        return ERROR(err, ERR_CONFLICT, "notice.next_passed", "promised for %lld", (long long)notice->next_at);
    return true;
}

static bool publish(struct tx *tx, struct stage_hands *hands, const struct moving *moving, struct error *err) {
    struct op *op = tx_op(tx);
    struct notice *notice = &hands->notice;
    bool emergency = moving->typed->emergency && notice->state != NOTICE_APPROVED;
    if (!may_go_out(tx, notice, emergency, err)) return false;
    notice->state = NOTICE_PUBLISHED;
    notice->published_by = op->actor->user_id;
    notice->publisher = op->actor->name;
    notice->published_at = op->now_ms;
    notice->emergency_reason = emergency ? moving->reason : NULL;
    if (!clock_meet(tx, &hands->incident, CLOCK_NOTICE, op->now_ms, err) || !promise(tx, hands, err)) return false;
    tx_on_commit(tx, "status");
    const struct due mails = { SUBSCRIBER_MAIL_DUE, notice->id, "", op->now_ms, NULL };
    if (incident_reaches_outside(&hands->incident) && !due_set(tx, &mails, err)) return false;
    const char *reason = notice->emergency_reason;
    json_t *detail = json_obj(op->arena);
    json_put_text(detail, "reason", reason);
    const char *subject = arena_printf(op->arena, "notice/%s", notice->public_id);
    return notice_answers_freeze(tx, notice, err) && keep(tx, hands, "published", reason, err) &&
           (!emergency || audit_add(tx, "notice.emergency", subject, detail, err));
}

static bool withdraw(struct tx *tx, struct stage_hands *hands, const char *reason, struct error *err) {
    struct op *op = tx_op(tx);
    struct notice *notice = &hands->notice;
    bool was_public = notice->state == NOTICE_PUBLISHED;
    if (notice->state == NOTICE_WITHDRAWN) return ERROR(err, ERR_CONFLICT, "notice.withdrawn", "already");
    if (was_public && reason == NULL) {
        op_field_error(op, "reason", "required", NULL);
        return OP_INVALID(op, err);
    }
    notice->state = NOTICE_WITHDRAWN;
    notice->withdrawn_by = op->actor->user_id;
    notice->withdrawn_at = op->now_ms;
    notice->reason = reason;
    if (was_public) tx_on_commit(tx, "status");
    return keep(tx, hands, "withdrawn", reason, err);
}

static bool move_tx(struct tx *tx, void *arg, struct error *err) {
    const struct moving *moving = arg;
    struct stage_hands hands;
    if (!organisation_find(tx, &hands.organisation, err) || !notice_row_find(tx, moving->id, &hands.notice, err) ||
        !incident_by_id(tx, hands.notice.incident_id, &hands.incident, err))
        return false;
    int64_t expected = moving->typed->expected_version;
    if (expected != 0 && expected != hands.notice.version)
        return ERROR(err, ERR_STALE, "notice.stale", "version %lld", (long long)hands.notice.version);
    bool done = false;
    switch (moving->step) {
    case STEP_SUBMIT: done = submit(tx, &hands, err); break;
    case STEP_APPROVE: done = approve(tx, &hands, err); break;
    case STEP_REJECT: done = reject(tx, &hands, moving->reason, err); break;
    case STEP_PUBLISH: done = publish(tx, &hands, moving, err); break;
    case STEP_WITHDRAW: done = withdraw(tx, &hands, moving->reason, err); break;
    }
    if (done) *moving->out = hands.notice;
    return done;
}

static bool read_reason(struct op *op, struct moving *moving) {
    bool emergency = moving->step == STEP_PUBLISH && moving->typed->emergency;
    unsigned rules = FIELD_MULTILINE | (emergency || moving->step == STEP_REJECT ? 1U : 0U);
    moving->reason = field_text(op, "reason", moving->typed->reason, NOTICE_REASON_MAX, rules);
    if (str_blank(moving->reason)) moving->reason = NULL;
    if (emergency && moving->reason != NULL && utf8_count(moving->reason) < NOTICE_REASON_MIN)
        op_field_error(op, "reason", "too_short", arena_printf(op->arena, "%d", NOTICE_REASON_MIN));
    return op->fields.count == 0;
}

static bool move(struct op *op, int64_t id, enum step step, const struct notice_step *typed, struct notice *out,
                 struct error *err) {
    struct moving moving = { .id = id, .step = step, .typed = typed, .out = out };
    bool decides = step == STEP_APPROVE || step == STEP_REJECT || (step == STEP_PUBLISH && typed->emergency);
    if (!permission_check(op, decides ? PERM_NOTICE_APPROVE : PERM_NOTICE, err)) return false;
    if (!read_reason(op, &moving)) return OP_INVALID(op, err);
    return store_write(op, move_tx, &moving, err);
}

bool notice_submit(struct op *op, int64_t id, const struct notice_step *step, struct notice *out, struct error *err) {
    return move(op, id, STEP_SUBMIT, step, out, err);
}
bool notice_approve(struct op *op, int64_t id, const struct notice_step *step, struct notice *out, struct error *err) {
    return move(op, id, STEP_APPROVE, step, out, err);
}
bool notice_reject(struct op *op, int64_t id, const struct notice_step *step, struct notice *out, struct error *err) {
    return move(op, id, STEP_REJECT, step, out, err);
}
bool notice_publish(struct op *op, int64_t id, const struct notice_step *step, struct notice *out, struct error *err) {
    return move(op, id, STEP_PUBLISH, step, out, err);
}
bool notice_withdraw(struct op *op, int64_t id, const struct notice_step *step, struct notice *out, struct error *err) {
    return move(op, id, STEP_WITHDRAW, step, out, err);
}

/* --- the promise was not kept --- */

bool notice_next_due(struct tx *tx, const struct due *due, struct error *err) {
    struct op *op = tx_op(tx);
    struct stage_hands hands;
    struct notice_list list;
    if (!organisation_find(tx, &hands.organisation, err) ||
        !incident_by_id(tx, due->subject_id, &hands.incident, err) ||
        !notice_rows_of_incident(tx, due->subject_id, &list, err))
        return false;
    for (size_t i = 0; i < list.count; i++) {
        if (list.items[i].state != NOTICE_PUBLISHED) continue;
        hands.notice = list.items[i];
        json_t *data = json_obj(op->arena);
        json_put_text(data, "title", hands.notice.ko.title);
        struct event_entry entry = { .kind = EVENT_CLOCK, .key = "timeline.notice_overdue", .data = data };
        return timeline_add(tx, &hands.incident, &entry, err) && incident_save(tx, &hands.incident, err) &&
               send_out(tx, &hands, "overdue", err);
    }
    return true; /* the notice was withdrawn meanwhile */
}
