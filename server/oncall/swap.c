/* Swaps: rules. See swap.h. */
#include "oncall/swap_rows.h"

#include "base/arena.h"
#include "base/field.h"
#include "base/id.h"
#include "base/json.h"
#include "base/str.h"
#include "oncall/rota_rows.h"
#include "oncall/schedule_json.h"
#include "oncall/spec.h"
#include "people/tell.h"
#include "policy/organisation.h"
#include "text/i18n.h"
#include "text/when.h"

#include <string.h>

/* --- who is on call --- */

static int32_t person_of(const struct schedule *schedule, int64_t user_id) {
    char text[ID_TEXT_SIZE];
    (void)id_text(user_id, text);
    for (size_t i = 0; i < schedule->people_count; i++) {
        if (strcmp(schedule->people[i], text) == 0) return (int32_t)i;
    }
    return NOBODY;
}

static enum duty_role role_of(const char *role) {
    return str_eq(role, "secondary") ? DUTY_SECONDARY : DUTY_PRIMARY;
}

struct asking_about {
    const struct schedule *schedule;
    enum duty_role role;
    struct arena *arena;
};

static bool seconds_on(const struct asking_about *about, const struct swap_side *when, int64_t user_id, int64_t *out,
                       struct error *err) {
    const struct range range = { when->start_ms / 1000, when->end_ms / 1000, about->role, VIEW_FINAL };
    struct range_answer answer;
    int32_t person = person_of(about->schedule, user_id);
    *out = 0;
    if (person == NOBODY) return true;
    if (!schedule_range(about->schedule, &range, about->arena, &answer, err)) return false;
    *out = answer.seconds[person];
    return true;
}

/* Each gives what is wholly theirs, to somebody who is not on call then anyway. *fault names what is not so. */
static bool check_side(const struct asking_about *about, const struct swap_side *giver, int64_t taker_id,
                       const char **fault, struct error *err) {
    int64_t given, taken;
    if (!seconds_on(about, giver, giver->user_id, &given, err) || !seconds_on(about, giver, taker_id, &taken, err))
        return false;
    if (given != (giver->end_ms - giver->start_ms) / 1000) *fault = "not_on_call";
    else if (taken > 0) *fault = "already_on_call";
    return true;
}

static bool check_sides(struct tx *tx, const struct swap *swap, const char **asker_fault, const char **other_fault,
                        struct error *err) {
    struct rota rota;
    struct schedule *schedule;
    char id[ID_TEXT_SIZE];
    if (!rota_find(tx, id_text(swap->schedule_id, id), &rota, err) || !rota_schedule(tx, &rota, &schedule, err))
        return false;
    const struct asking_about about = { schedule, role_of(swap->role), tx_op(tx)->arena };
    *asker_fault = *other_fault = NULL;
    return check_side(&about, &swap->asker, swap->other.user_id, asker_fault, err) &&
           check_side(&about, &swap->other, swap->asker.user_id, other_fault, err);
}

/* --- telling the other --- */

static const char *span_text(struct arena *arena, const struct tz *tz, const struct swap_side *side) {
    return when_range(arena, tz, side->start_ms, side->end_ms, true);
}

static bool tell(struct tx *tx, const struct swap *swap, int64_t to, const char *event, struct error *err) {
    struct arena *arena = tx_op(tx)->arena;
    struct user user;
    struct organisation organisation;
    const struct tz *tz;
    struct error unknown;
    bool found;
    if (!user_find(tx, to, &user, &found, err) || !organisation_find(tx, &organisation, err)) return false;
    if (!found) return true;
    if (*user.zone == '\0' || !tz_find(user.zone, &tz, &unknown)) tz = organisation.tz;
    const struct i18n *lang = i18n_get(user.lang);
    const struct i18n_arg args[] = { { "asker", swap->asker.name },
                                     { "other", swap->other.name },
                                     { "schedule", swap->schedule_name },
                                     { "given", span_text(arena, tz, &swap->asker) },
                                     { "taken", span_text(arena, tz, &swap->other) } };
    enum { COUNT = sizeof args / sizeof *args };
    const char *key = arena_printf(arena, "swap.told_%s", event);
    const char *text = i18n_format(lang, arena, key, args, COUNT);
    const struct letter letter = { arena_printf(arena, "swap.%s", event),
                                   i18n_format(lang, arena, arena_printf(arena, "%s_subject", key), args, COUNT),
                                   *swap->note == '\0' ? text : arena_printf(arena, "%s\n“%s”", text, swap->note),
                                   "/oncall/mine" };
    return person_tell(tx, &user, &letter, err);
}

static bool audit_swap(struct tx *tx, const char *event, const struct swap *swap, struct error *err) {
    struct arena *arena = tx_op(tx)->arena;
    char id[ID_TEXT_SIZE];
    return audit_add(tx, arena_printf(arena, "swap.%s", event),
                     arena_printf(arena, "schedule/%s", id_text(swap->schedule_id, id)), swap_json(arena, swap), err);
}

/* --- asking --- */

struct asking {
    const char *which, *with; /* as typed */
    struct swap swap;
};

static bool same_shift(const struct swap_side *a, const struct swap_side *b) {
    return a->user_id == b->user_id && a->start_ms == b->start_ms && a->end_ms == b->end_ms;
}

static bool already_asked(struct tx *tx, const struct swap *swap, bool *out, struct error *err) {
    struct swap_list list;
    if (!swap_sql_of(tx, swap->asker.user_id, &list, err)) return false;
    *out = false;
    for (size_t i = 0; i < list.count; i++) {
        const struct swap *one = &list.items[i];
        if (one->state == SWAP_OPEN && one->schedule_id == swap->schedule_id && str_eq(one->role, swap->role) &&
            same_shift(&one->asker, &swap->asker) && same_shift(&one->other, &swap->other))
            *out = true;
    }
    return true;
}

static bool find_other(struct tx *tx, struct asking *asking, struct error *err) {
    struct op *op = tx_op(tx);
    struct swap_side *other = &asking->swap.other;
    if (!rota_person_id(tx, asking->with, "with", &other->user_id, err)) return false;
    if (op->fields.count == 0 && other->user_id == op->actor->user_id) op_field_error(op, "with", "itself", NULL);
    return op->fields.count == 0 || OP_INVALID(op, err);
}

static bool ask_in_tx(struct tx *tx, void *arg, struct error *err) {
    struct asking *asking = arg;
    struct swap *swap = &asking->swap;
    struct op *op = tx_op(tx);
    struct rota rota;
    const char *asker_fault, *other_fault;
    int64_t open;
    bool twice, found;
    if (!rota_find(tx, asking->which, &rota, err) || !find_other(tx, asking, err)) return false;
    swap->schedule_id = rota.id;
    if (!check_sides(tx, swap, &asker_fault, &other_fault, err)) return false;
    if (asker_fault != NULL) op_field_error(op, "start", asker_fault, NULL);
    if (other_fault != NULL) op_field_error(op, "with_start", other_fault, NULL);
    if (op->fields.count > 0) return OP_INVALID(op, err);
    if (!swap_sql_open_count(tx, swap->asker.user_id, &open, err) || !already_asked(tx, swap, &twice, err))
        return false;
    if (twice) return ERROR(err, ERR_CONFLICT, "swap.twice", "%s", rota.key);
    if (open >= SWAPS_OPEN_MAX) return ERROR(err, ERR_CONFLICT, "swap.too_many", "%lld", (long long)open);
    const struct due due = { SWAP_EXPIRE_DUE, swap->id, "", swap->expires_ms, NULL };
    return swap_sql_insert(tx, swap, err) && swap_sql_find(tx, swap->id, swap, &found, err) && due_set(tx, &due, err) &&
           audit_swap(tx, "asked", swap, err) && tell(tx, swap, swap->other.user_id, "asked", err);
}

static void read_side(const struct spec *in, const char *start_key, const char *end_key, struct swap_side *out) {
    int64_t start = 0, end = 0;
    if (!spec_instant(in, start_key, &start) || !spec_instant(in, end_key, &end)) return;
    out->start_ms = start * 1000;
    out->end_ms = end * 1000;
    if (end <= start) spec_fault(in, end_key, "too_early", NULL);
    if (out->start_ms < in->op->now_ms / 1000 * 1000) spec_fault(in, start_key, "past", NULL);
    if (end - start > RANGE_DAYS_MAX * INT64_C(86400)) spec_fault(in, end_key, "range_too_long", "366");
}

bool swap_ask(struct op *op, const json_t *body, struct swap *out, struct error *err) {
    static const char *const ROLES[] = { "primary", "secondary", NULL };
    if (!permission_check(op, PERM_SELF, err)) return false;
    struct spec in = spec_top(op, body);
    struct asking asking = { .which = spec_id(&in, "schedule", true), .with = spec_id(&in, "with", true) };
    struct swap *swap = &asking.swap;
    *swap = (struct swap){ .id = id_new(op->now_ms),
                           .role = ROLES[spec_word(&in, "role", ROLES, DUTY_PRIMARY)],
                           .asker.user_id = op->actor->user_id,
                           .created_ms = op->now_ms };
    read_side(&in, "start", "end", &swap->asker);
    read_side(&in, "with_start", "with_end", &swap->other);
    const char *note = field_text(op, "note", spec_text(&in, "note", false), SWAP_NOTE_MAX, FIELD_OPTIONAL);
    swap->note = note == NULL ? "" : note;
    if (op->fields.count == 0 && swap->asker.start_ms < swap->other.end_ms && swap->other.start_ms < swap->asker.end_ms)
        op_field_error(op, "with_start", "overlap", NULL);
    if (op->fields.count > 0) return OP_INVALID(op, err);
    swap->expires_ms = swap->asker.start_ms < swap->other.start_ms ? swap->asker.start_ms : swap->other.start_ms;
    if (swap->expires_ms <= op->now_ms) swap->expires_ms = swap->other.start_ms; /* a running shift, the rest of it */
    if (!store_write(op, ask_in_tx, &asking, err)) return false;
    *out = asking.swap;
    return true;
}

/* --- answering --- */

struct answer {
    int64_t id;
    enum swap_state state;
    struct swap swap;
};

static bool find_own(struct tx *tx, int64_t id, struct swap *out, struct error *err) {
    int64_t actor = tx_op(tx)->actor->user_id;
    bool found;
    if (!swap_sql_find(tx, id, out, &found, err)) return false;
    if (found && actor != 0 && (out->asker.user_id == actor || out->other.user_id == actor)) return true;
    return ERROR(err, ERR_NOT_FOUND, "swap.not_found", "%lld", (long long)id);
}

static bool insert_override(struct tx *tx, const struct swap *swap, const struct swap_side *giver, int64_t taker_id,
                            struct error *err) {
    const struct op *op = tx_op(tx);
    const struct rota_override override = { .id = id_new(op->now_ms),
                                            .schedule_id = swap->schedule_id,
                                            .role = swap->role,
                                            .kind = "replace",
                                            .note = swap->note,
                                            .created_by = op->actor->login,
                                            .out_user = giver->user_id,
                                            .in_user = taker_id,
                                            .start_ms = giver->start_ms,
                                            .end_ms = giver->end_ms,
                                            .created_ms = op->now_ms };
    return rota_sql_override_insert(tx, &override, err);
}

/* Of a shift that runs, what is left: the past stays as it was. */
static struct swap_side from_now(const struct op *op, struct swap_side side) {
    int64_t now = op->now_ms / 1000 * 1000;
    if (side.start_ms < now) side.start_ms = now;
    return side;
}

static bool exchange(struct tx *tx, const struct swap *asked, struct error *err) {
    const char *asker_fault, *other_fault;
    struct rota_overrides before;
    struct swap left = *asked;
    const struct swap *swap = &left;
    left.asker = from_now(tx_op(tx), left.asker);
    if (!check_sides(tx, swap, &asker_fault, &other_fault, err) || !rota_overrides(tx, swap->schedule_id, &before, err))
        return false;
    if (asker_fault != NULL || other_fault != NULL)
        return ERROR(err, ERR_CONFLICT, "swap.changed", "%lld", (long long)swap->id);
    if (before.count + 2 > SCHEDULE_OVERRIDES_MAX)
        return ERROR(err, ERR_LIMIT, "schedule.too_many_overrides", "%s", swap->schedule_key);
    return insert_override(tx, swap, &swap->asker, swap->other.user_id, err) &&
           insert_override(tx, swap, &swap->other, swap->asker.user_id, err) &&
           rota_sql_touch(tx, swap->schedule_id, err);
}

/* The one who accepts or declines is the one who was asked; only the asker withdraws. */
static bool answer_in_tx(struct tx *tx, void *arg, struct error *err) {
    struct answer *answer = arg;
    struct swap *swap = &answer->swap;
    int64_t actor = tx_op(tx)->actor->user_id;
    bool changed, withdraws = answer->state == SWAP_WITHDRAWN;
    if (!find_own(tx, answer->id, swap, err)) return false;
    if (actor != (withdraws ? swap->asker.user_id : swap->other.user_id))
        return ERROR(err, ERR_FORBIDDEN, "permission.denied", "not theirs to answer");
    if (swap->state != SWAP_OPEN || (swap->expires_ms <= tx_op(tx)->now_ms && answer->state == SWAP_ACCEPTED))
        return ERROR(err, ERR_CONFLICT, "swap.not_open", "%s", swap_state_name(swap->state));
    if (answer->state == SWAP_ACCEPTED && !exchange(tx, swap, err)) return false;
    if (!swap_sql_decide(tx, swap->id, answer->state, &changed, err)) return false;
    if (!changed) return ERROR(err, ERR_CONFLICT, "swap.not_open", "%lld", (long long)swap->id);
    swap->state = answer->state;
    swap->decided_ms = tx_op(tx)->now_ms;
    const char *event = swap_state_name(swap->state);
    return due_cancel(tx, SWAP_EXPIRE_DUE, swap->id, "", err) && audit_swap(tx, event, swap, err) &&
           tell(tx, swap, withdraws ? swap->other.user_id : swap->asker.user_id, event, err);
}

static bool decide(struct op *op, int64_t id, enum swap_state state, struct swap *out, struct error *err) {
    struct answer answer = { .id = id, .state = state };
    if (!permission_check(op, PERM_SELF, err) || !store_write(op, answer_in_tx, &answer, err)) return false;
    *out = answer.swap;
    return true;
}

bool swap_accept(struct op *op, int64_t id, struct swap *out, struct error *err) {
    return decide(op, id, SWAP_ACCEPTED, out, err);
}

bool swap_decline(struct op *op, int64_t id, struct swap *out, struct error *err) {
    return decide(op, id, SWAP_DECLINED, out, err);
}

bool swap_withdraw(struct op *op, int64_t id, struct swap *out, struct error *err) {
    return decide(op, id, SWAP_WITHDRAWN, out, err);
}

bool swap_expire_due(struct tx *tx, const struct due *due, struct error *err) {
    struct swap swap;
    bool found, changed;
    if (!swap_sql_find(tx, due->subject_id, &swap, &found, err)) return false;
    if (!found || swap.state != SWAP_OPEN) return true; /* its schedule is gone, or it was answered */
    if (!swap_sql_decide(tx, swap.id, SWAP_EXPIRED, &changed, err)) return false;
    swap.state = SWAP_EXPIRED;
    return audit_swap(tx, "expired", &swap, err) && tell(tx, &swap, swap.asker.user_id, "expired", err);
}

/* --- reading --- */

static bool load_in_tx(struct tx *tx, void *arg, struct error *err) {
    struct answer *answer = arg;
    return find_own(tx, answer->id, &answer->swap, err);
}

bool swap_load(struct op *op, int64_t id, struct swap *out, struct error *err) {
    struct answer answer = { .id = id };
    if (!permission_check(op, PERM_SELF, err) || !store_read(op, load_in_tx, &answer, err)) return false;
    *out = answer.swap;
    return true;
}

static bool list_in_tx(struct tx *tx, void *arg, struct error *err) {
    return swap_sql_of(tx, tx_op(tx)->actor->user_id, arg, err);
}

bool swap_list(struct op *op, struct swap_list *out, struct error *err) {
    return permission_check(op, PERM_SELF, err) && store_read(op, list_in_tx, out, err);
}

static json_t *side_json(struct arena *arena, const struct swap_side *side) {
    json_t *object = json_object();
    json_put_id(object, "user", side->user_id);
    json_put_text(object, "name", side->name);
    json_put_text(object, "start", when_rfc3339(arena, side->start_ms));
    json_put_text(object, "end", when_rfc3339(arena, side->end_ms));
    return object;
}

json_t *swap_json(struct arena *arena, const struct swap *swap) {
    json_t *object = json_obj(arena);
    json_put_id(object, "id", swap->id);
    json_put_id(object, "schedule", swap->schedule_id);
    json_put_text(object, "schedule_key", swap->schedule_key);
    json_put_text(object, "role", swap->role);
    json_put(object, "asker", side_json(arena, &swap->asker));
    json_put(object, "other", side_json(arena, &swap->other));
    json_put_text(object, "note", swap->note);
    json_put_text(object, "state", swap_state_name(swap->state));
    json_put_text(object, "created_at", when_rfc3339(arena, swap->created_ms));
    json_put_text(object, "expires_at", when_rfc3339(arena, swap->expires_ms));
    json_put_text(object, "decided_at", swap->decided_ms == 0 ? NULL : when_rfc3339(arena, swap->decided_ms));
    return object;
}
