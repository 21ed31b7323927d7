/* See handover.h. */
#include "oncall/handover_rows.h"

#include "base/arena.h"
#include "base/field.h"
#include "base/id.h"
#include "base/json.h"
#include "base/str.h"
#include "oncall/rota_rows.h"
#include "people/tell.h"
#include "policy/organisation.h"
#include "text/i18n.h"
#include "text/when.h"

enum { DAY = 86400, CHANGES_LOOKED_AT = 50 };

/* --- whose shift it is --- */

static int32_t person_of(const struct schedule *schedule, int64_t user_id) {
    char id[ID_TEXT_SIZE];
    (void)id_text(user_id, id);
    for (size_t i = 0; i < schedule->people_count; i++) {
        if (str_eq(schedule->people[i], id)) return (int32_t)i;
    }
    return NOBODY;
}

/* When the running shift of the person ends, or the last one of the past day did; 0 if there is none. A shift that
 * never ends is handed over to nobody. */
static int64_t end_of_shift(struct arena *arena, const struct schedule *schedule, int64_t user_id, int64_t now) {
    int32_t person = person_of(schedule, user_id);
    struct range range = { now - HANDOVER_OPEN_S, now + 1, DUTY_PRIMARY, VIEW_FINAL };
    struct range_answer answer;
    struct error ignored;
    int64_t end = 0;
    if (person == NOBODY || !schedule_range(schedule, &range, arena, &answer, &ignored)) return 0;
    for (size_t i = 0; i < answer.shift_count; i++) {
        struct shift shift = answer.shifts[i];
        struct shift_search search = { range, person, 0 };
        search.at.from = shift.start;
        if (shift.person != person) continue;
        if (shift.clipped && !schedule_shift_around(schedule, &search, arena, &shift)) continue;
        end = shift.end == TIME_NEVER ? 0 : shift.end;
    }
    return end;
}

struct call {
    const char *schedule, *body;
    int64_t version;
    bool mine;
    struct handover own;
    struct handover_list list;
    int64_t id;
};

static bool find_own(struct tx *tx, struct call *call, struct error *err) {
    struct op *op = tx_op(tx);
    struct rota rota;
    struct schedule *schedule;
    bool found;
    if (!rota_find(tx, call->schedule, &rota, err) || !rota_schedule(tx, &rota, &schedule, err)) return false;
    call->own = (struct handover){ .schedule_id = rota.id,
                                   .schedule_key = rota.key,
                                   .schedule_name = rota.name,
                                   .user_id = op->actor->user_id,
                                   .user_name = op->actor->name };
    call->own.ends_at = end_of_shift(op->arena, schedule, op->actor->user_id, op->now_ms / 1000);
    call->mine = call->own.ends_at != 0;
    return !call->mine || handover_sql_find(tx, &call->own, &call->own, &found, err);
}

static bool own_in_tx(struct tx *tx, void *arg, struct error *err) {
    return find_own(tx, arg, err);
}

bool handover_own(struct op *op, const char *schedule, bool *mine, struct handover *out, struct error *err) {
    struct call call = { .schedule = schedule };
    if (!permission_check(op, PERM_READ, err) || !store_read(op, own_in_tx, &call, err)) return false;
    *mine = call.mine && actor_may(op->actor, PERM_RESPOND);
    *out = call.own;
    return true;
}

/* --- writing and reading --- */

static bool write_in_tx(struct tx *tx, void *arg, struct error *err) {
    struct call *call = arg;
    struct op *op = tx_op(tx);
    struct handover *own = &call->own;
    bool fresh, changed;
    if (!find_own(tx, call, err)) return false;
    if (!call->mine) return ERROR(err, ERR_CONFLICT, "handover.no_shift", "%s", call->schedule);
    if (call->version >= 0 && call->version != own->version)
        return ERROR(err, ERR_STALE, "handover.stale", "at %lld", (long long)own->version);
    if (own->id == 0) {
        own->id = id_new(op->now_ms);
        if (!handover_sql_offer(tx, own, &fresh, err)) return false;
    }
    own->body = call->body;
    own->written_ms = op->now_ms;
    if (!handover_sql_write(tx, own, &changed, err)) return false;
    if (!changed) return ERROR(err, ERR_STALE, "handover.stale", "%lld", (long long)own->id);
    own->version++;
    own->seen_by = NULL;
    tx_on_commit(tx, "schedules");
    return audit_add(tx, "handover.written", arena_printf(op->arena, "schedule/%s", own->schedule_key), NULL, err);
}

bool handover_write(struct op *op, const struct handover_input *input, struct handover *out, struct error *err) {
    struct call call = { .schedule = input->schedule, .version = input->version };
    if (!permission_check(op, PERM_RESPOND, err)) return false;
    call.body = field_text(op, "body", input->body, HANDOVER_TEXT_MAX, FIELD_REQUIRED | FIELD_MULTILINE);
    if (op->fields.count > 0) return OP_INVALID(op, err);
    if (!store_write(op, write_in_tx, &call, err)) return false;
    *out = call.own;
    return true;
}

static bool seen_in_tx(struct tx *tx, void *arg, struct error *err) {
    struct call *call = arg;
    struct op *op = tx_op(tx);
    struct handover handover;
    bool found;
    if (!handover_sql_by_id(tx, call->id, &handover, &found, err)) return false;
    if (!found || handover.body == NULL)
        return ERROR(err, ERR_NOT_FOUND, "handover.not_found", "%lld", (long long)call->id);
    tx_on_commit(tx, "schedules");
    return handover_sql_seen(tx, call->id, op->actor->name, err) &&
           audit_add(tx, "handover.seen", arena_printf(op->arena, "schedule/%s", handover.schedule_key), NULL, err);
}

bool handover_seen(struct op *op, int64_t id, struct error *err) {
    struct call call = { .id = id };
    return permission_check(op, PERM_RESPOND, err) && store_write(op, seen_in_tx, &call, err);
}

static bool list_in_tx(struct tx *tx, void *arg, struct error *err) {
    struct call *call = arg;
    struct rota rota;
    return rota_find(tx, call->schedule, &rota, err) && handover_sql_list(tx, rota.id, &call->list, err);
}

bool handover_list(struct op *op, const char *schedule, struct handover_list *out, struct error *err) {
    struct call call = { .schedule = schedule };
    if (!permission_check(op, PERM_READ, err) || !store_read(op, list_in_tx, &call, err)) return false;
    *out = call.list;
    return true;
}

/* --- what waits for whom --- */

static bool is_on_call(struct tx *tx, int64_t schedule_id, bool *out, struct error *err) {
    struct op *op = tx_op(tx);
    struct rota rota;
    struct schedule *schedule;
    struct roll roll;
    if (!rota_sql_find(tx, schedule_id, NULL, &rota, out, err)) return false;
    if (!*out) return true;
    if (!rota_schedule(tx, &rota, &schedule, err)) return false;
    int32_t person = person_of(schedule, op->actor->user_id);
    schedule_at(schedule, VIEW_FINAL, op->now_ms / 1000, op->arena, &roll);
    *out = person != NOBODY && crew_has(&roll.primary, person);
    return true;
}

/* Those of the day before, of the schedules the person is on call in now. */
static bool collect_unread(struct tx *tx, struct handover_list *out, struct error *err) {
    const struct op *op = tx_op(tx);
    struct handover_list found;
    int64_t now = op->now_ms / 1000;
    if (!handover_sql_unread(tx, now - HANDOVER_OPEN_S, now, &found, err)) return false;
    *out = (struct handover_list){ found.items, 0 };
    for (size_t i = 0; i < found.count; i++) {
        bool mine;
        if (found.items[i].user_id == op->actor->user_id) continue;
        if (!is_on_call(tx, found.items[i].schedule_id, &mine, err)) return false;
        if (mine) out->items[out->count++] = found.items[i];
    }
    return true;
}

static bool tasks_in_tx(struct tx *tx, void *arg, struct error *err) {
    struct handover_tasks *tasks = arg;
    const struct op *op = tx_op(tx);
    return handover_sql_offered(tx, op->actor->user_id, op->now_ms / 1000 - HANDOVER_OPEN_S, &tasks->write, err) &&
           collect_unread(tx, &tasks->read, err);
}

bool handover_tasks(struct op *op, struct handover_tasks *out, struct error *err) {
    *out = (struct handover_tasks){ 0 };
    if (op->actor->user_id == 0) return true;
    return permission_check(op, PERM_READ, err) && store_read(op, tasks_in_tx, out, err);
}

json_t *handover_json(struct arena *arena, const struct handover *handover) {
    json_t *object = json_obj(arena);
    json_put_id(object, "id", handover->id);
    json_put_text(object, "schedule", handover->schedule_key);
    json_put_id(object, "user", handover->user_id);
    json_put_text(object, "name", handover->user_name);
    json_put_text(object, "ends_at", when_rfc3339(arena, handover->ends_at * 1000));
    json_put_text(object, "body", handover->body);
    json_put_text(object, "written_at", handover->written_ms == 0 ? NULL : when_rfc3339(arena, handover->written_ms));
    json_put_text(object, "seen_by", handover->seen_by);
    json_put_text(object, "seen_at", handover->seen_ms == 0 ? NULL : when_rfc3339(arena, handover->seen_ms));
    json_put_i64(object, "version", handover->version);
    return object;
}

/* --- offering --- */

static bool offer(struct tx *tx, const struct rota *rota, int64_t user_id, int64_t ends_at, struct error *err) {
    struct op *op = tx_op(tx);
    struct organisation organisation;
    struct user user;
    bool found, fresh;
    if (!user_find(tx, user_id, &user, &found, err) || !organisation_find(tx, &organisation, err)) return false;
    if (!found || user.disabled_ms != 0) return true;
    const struct handover row = {
        .id = id_new(op->now_ms), .schedule_id = rota->id, .user_id = user_id, .ends_at = ends_at
    };
    if (!handover_sql_offer(tx, &row, &fresh, err)) return false;
    if (!fresh) return true;
    const struct i18n *lang = i18n_get(user.lang);
    const char *when = when_long(op->arena, organisation.tz, lang, ends_at * 1000);
    const struct letter letter = {
        HANDOVER_DUE, i18n_format(lang, op->arena, "handover.letter_subject", I18N_ARGS({ "schedule", rota->name })),
        i18n_format(lang, op->arena, "handover.letter_text", I18N_ARGS({ "schedule", rota->name }, { "time", when })),
        arena_printf(op->arena, "/oncall/%s/handover", rota->key)
    };
    return person_tell(tx, &user, &letter, err);
}

/* The next instant at which other people are primary; TIME_NEVER if none within a month. */
static int64_t next_handover(const struct schedule *schedule, int64_t now, struct arena *arena, struct roll *before,
                             struct walk *walk) {
    enum { AHEAD = 31 * DAY };
    schedule_at(schedule, VIEW_FINAL, now, arena, before);
    walk_start(walk, schedule, VIEW_FINAL, arena);
    int64_t at = now;
    for (int i = 0; i < CHANGES_LOOKED_AT; i++) {
        at = walk_next_change(walk, at, now + AHEAD - at, arena);
        if (at == TIME_NEVER || !crew_equal(&before->primary, &walk->roll.primary)) return at;
    }
    return TIME_NEVER;
}

static bool offer_leavers(struct tx *tx, const struct rota *rota, const struct schedule *schedule,
                          const struct crew *leaving, const struct crew *coming, int64_t at, struct error *err) {
    for (size_t i = 0; i < leaving->count; i++) {
        int64_t user_id;
        if (crew_has(coming, leaving->list[i].person)) continue;
        if (id_parse(schedule->people[leaving->list[i].person], &user_id) && !offer(tx, rota, user_id, at, err))
            return false;
    }
    return true;
}

bool handover_due(struct tx *tx, const struct due *due, struct error *err) {
    struct op *op = tx_op(tx);
    struct rota rota;
    struct schedule *schedule;
    struct roll before;
    struct walk walk;
    bool found;
    if (!rota_sql_find(tx, due->subject_id, NULL, &rota, &found, err)) return false;
    if (!found) return true;
    if (!rota_schedule(tx, &rota, &schedule, err)) return false;
    int64_t now = op->now_ms / 1000, at = next_handover(schedule, now, op->arena, &before, &walk);
    if (at == TIME_NEVER) return true; /* the schedule's daily look brings it back */
    bool soon = at - now <= HANDOVER_LEAD_S;
    int64_t next = soon ? at : at - HANDOVER_LEAD_S;
    if (soon && !offer_leavers(tx, &rota, schedule, &before.primary, &walk.roll.primary, at, err)) return false;
    return due_set(tx, &(struct due){ HANDOVER_DUE, rota.id, "", next * 1000, NULL }, err);
}
