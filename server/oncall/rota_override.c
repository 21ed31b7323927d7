/* Overrides of stored schedules: made, taken back, and the one-click take over. */
#include "oncall/rota_rows.h"
#include "oncall/schedule_json.h"

#include "base/arena.h"
#include "base/field.h"
#include "base/id.h"
#include "base/str.h"
#include "ledger/ledger.h"
#include "text/when.h"

#include <string.h>

static const char *const KINDS[] = { "add", "remove", "replace", NULL };
static const char *const ROLES[] = { "primary", "secondary", NULL };

struct making {
    const char *which;
    const char *out, *in; /* as typed; NULL: none */
    struct rota_override override;
};

static bool audit_override(struct tx *tx, const char *action, const struct rota_override *override, struct error *err) {
    struct arena *arena = tx_op(tx)->arena;
    json_t *detail = rota_override_json(arena, override, NULL);
    char text[ID_TEXT_SIZE];
    const char *subject = arena_printf(arena, "schedule/%s", id_text(override->schedule_id, text));
    return rota_sql_touch(tx, override->schedule_id, err) && audit_add(tx, action, subject, detail, err);
}

static bool add_in_tx(struct tx *tx, void *arg, struct error *err) {
    struct making *making = arg;
    struct rota_override *override = &making->override;
    struct op *op = tx_op(tx);
    struct rota rota = { 0 };
    if (!rota_find(tx, making->which, &rota, err)) return false;
    override->schedule_id = rota.id;
    struct rota_overrides before;
    if (!rota_overrides(tx, rota.id, &before, err)) return false;
    if (before.count >= SCHEDULE_OVERRIDES_MAX)
        return ERROR(err, ERR_LIMIT, "schedule.too_many_overrides", "%s", rota.key);
    if (making->out != NULL && !rota_person_id(tx, making->out, "out", &override->out_user, err)) return false;
    if (making->in != NULL && !rota_person_id(tx, making->in, "in", &override->in_user, err)) return false;
    if (op->fields.count > 0) return OP_INVALID(op, err);
    return rota_sql_override_insert(tx, override, err) && audit_override(tx, "schedule.override_added", override, err);
}

bool rota_override_add(struct op *op, const char *which, const json_t *body, struct rota_override *out,
                       struct error *err) {
    if (!permission_check(op, PERM_SCHEDULE, err)) return false;
    struct spec in = spec_top(op, body);
    int64_t start = 0, end = 0;
    int kind = spec_word(&in, "type", KINDS, -1);
    struct making making = { .which = which };
    if (kind != OVERRIDE_ADD) making.out = spec_id(&in, "out", false);
    if (kind != OVERRIDE_REMOVE) making.in = spec_id(&in, "in", true);
    const char *role = ROLES[spec_word(&in, "role", ROLES, DUTY_PRIMARY)];
    if (spec_instant(&in, "start", &start) && spec_instant(&in, "end", &end) && end <= start)
        op_field_error(op, "end", "too_early", NULL);
    const char *note = field_text(op, "note", json_text(body, "note"), ROTA_NOTE_MAX, FIELD_OPTIONAL);
    if (op->fields.count > 0) return OP_INVALID(op, err);
    making.override = (struct rota_override){ .id = id_new(op->now_ms),
                                              .role = role,
                                              .kind = KINDS[kind],
                                              .note = note == NULL ? "" : note,
                                              .created_by = op->actor->login,
                                              .start_ms = start * 1000,
                                              .end_ms = end * 1000,
                                              .created_ms = op->now_ms };
    if (!store_write(op, add_in_tx, &making, err)) return false;
    *out = making.override;
    return true;
}

static bool end_in_tx(struct tx *tx, void *arg, struct error *err) {
    const int64_t *id = arg;
    struct rota_override override = { 0 };
    int64_t now_ms = tx_op(tx)->now_ms;
    bool found;
    if (!rota_sql_override_find(tx, *id, &override, &found, err)) return false;
    if (!found) return ERROR(err, ERR_NOT_FOUND, "schedule.override_not_found", "%lld", (long long)*id);
    if (override.end_ms <= now_ms) return ERROR(err, ERR_CONFLICT, "schedule.override_over", "it has ended");
    /* One that has begun stays for the past it made. */
    bool fine = override.start_ms < now_ms ? rota_sql_override_end(tx, *id, now_ms, err)
                                           : rota_sql_override_delete(tx, *id, err);
    return fine && audit_override(tx, "schedule.override_ended", &override, err);
}

bool rota_override_end(struct op *op, int64_t id, struct error *err) {
    return permission_check(op, PERM_SCHEDULE, err) && store_write(op, end_in_tx, &id, err);
}

/* --- take over --- */

enum { TAKE_OVER_FALLBACK_MS = 12 * 3600 * 1000 };

static bool take_over_in_tx(struct tx *tx, void *arg, struct error *err) {
    struct making *making = arg;
    struct op *op = tx_op(tx);
    struct rota_override *override = &making->override;
    struct rota rota = { 0 };
    struct schedule *schedule = NULL;
    struct roll roll;
    if (!rota_find(tx, making->which, &rota, err) || !rota_schedule(tx, &rota, &schedule, err)) return false;
    int64_t now = op->now_ms / 1000;
    schedule_at(schedule, VIEW_FINAL, now, op->arena, &roll);
    override->schedule_id = rota.id;
    override->end_ms = op->now_ms + TAKE_OVER_FALLBACK_MS;
    if (roll.primary.count > 0) {
        struct shift_search search = { { now, now, DUTY_PRIMARY, VIEW_FINAL }, roll.primary.list[0].person, 0 };
        struct shift shift;
        if (schedule_shift_around(schedule, &search, op->arena, &shift) && shift.end != TIME_NEVER)
            override->end_ms = shift.end * 1000;
    }
    return rota_sql_override_insert(tx, override, err) && audit_override(tx, "schedule.taken_over", override, err);
}

bool rota_take_over(struct op *op, const char *which, struct rota_override *out, struct error *err) {
    if (!permission_check(op, PERM_RESPOND, err)) return false;
    if (op->actor->user_id == 0) return ERROR(err, ERR_FORBIDDEN, "permission.denied", "a person takes over");
    struct making making = { .which = which };
    making.override = (struct rota_override){ .id = id_new(op->now_ms),
                                              .role = "primary",
                                              .kind = "replace",
                                              .note = "",
                                              .created_by = op->actor->login,
                                              .in_user = op->actor->user_id,
                                              .start_ms = op->now_ms / 1000 * 1000,
                                              .created_ms = op->now_ms };
    if (!store_write(op, take_over_in_tx, &making, err)) return false;
    *out = making.override;
    return true;
}

/* --- JSON --- */

json_t *rota_override_json(struct arena *arena, const struct rota_override *override,
                           const struct rota_overrides *among) {
    json_t *object = json_obj(arena), *conflicts = json_array();
    json_put_id(object, "id", override->id);
    json_put_id(object, "schedule", override->schedule_id);
    json_put_text(object, "type", override->kind);
    json_put_text(object, "role", override->role);
    json_put_id(object, "out", override->out_user);
    json_put_id(object, "in", override->in_user);
    json_put_text(object, "start", when_rfc3339(arena, override->start_ms));
    json_put_text(object, "end", when_rfc3339(arena, override->end_ms));
    json_put_text(object, "note", override->note);
    json_put_text(object, "created_by", override->created_by);
    json_put_text(object, "created_at", when_rfc3339(arena, override->created_ms));
    for (size_t i = 0; among != NULL && i < among->count; i++) {
        const struct rota_override *other = &among->items[i];
        char text[ID_TEXT_SIZE];
        if (other->id < override->id && str_eq(other->role, override->role) && other->start_ms < override->end_ms &&
            override->start_ms < other->end_ms)
            json_push(conflicts, json_string(id_text(other->id, text)));
    }
    json_put(object, "conflicts", conflicts);
    return object;
}
