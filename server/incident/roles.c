/* Roles: see roles.h. */
#include "incident/roles.h"

#include "base/arena.h"
#include "base/field.h"
#include "base/json.h"
#include "base/str.h"
#include "incident/draft_check.h"

static const struct role_holder *holder_of(const struct role_holder *holders, size_t count, enum role_kind role) {
    for (size_t i = 0; i < count; i++) {
        if (holders[i].kind == role) return &holders[i];
    }
    return NULL;
}

/* The two enums are one list in two rooms; what differs would be found here. */
_Static_assert((int)ROLE_KIND_COUNT == (int)POLICY_ROLE_COUNT && (int)ROLE_SCRIBE == (int)POLICY_ROLE_SCRIBE &&
                   (int)ROLE_COMMUNICATIONS == (int)POLICY_ROLE_COMMUNICATIONS,
               "roles of policy and incident");

const char *role_kind_name(enum role_kind kind) {
    return policy_role_name((enum policy_role)kind);
}

bool role_kind_parse(const char *name, enum role_kind *out) {
    enum policy_role role;
    if (!policy_role_parse(name, &role)) return false;
    *out = (enum role_kind)role;
    return true;
}

bool roles_commander_missing(const struct incident *incident, const struct role_holder *holders, size_t count) {
    if (!incident_is_open(incident->state) || !incident->needs_commander) return false;
    return holder_of(holders, count, ROLE_COMMANDER) == NULL;
}

struct wishes {
    const struct role_wish *list;
    size_t count;
    bool named; /* wrong persons are named by their role, as a form has them, not as "person" */
};

static bool check_wish(struct tx *tx, const struct role_wish *wish, bool named, struct role_pick *pick,
                       struct error *err) {
    struct op *op = tx_op(tx);
    if (str_blank(wish->role)) op_field_error(op, "role", "required", NULL);
    else if (!role_kind_parse(wish->role, &pick->role)) {
        op_field_error(op, "role", "one_of", "commander, technical_lead, communications_lead, operations_lead, scribe");
    }
    const char *person = typed_text(op, named ? wish->role : "person", wish->person, OWNER_MAX, FIELD_OPTIONAL);
    if (op->fields.count > 0) return OP_INVALID(op, err);
    return person == NULL || pick_person(tx, person, &pick->user_id, &pick->name, err);
}

/* *changed stays as it is if the role is already so. */
static bool assign_one(struct tx *tx, struct change *change, const struct role_pick *pick, bool *changed,
                       struct error *err) {
    struct role_holder *holders;
    size_t count;
    const struct incident *incident = &change->incident;
    if (!roles_list(tx, incident->id, &holders, &count, err)) return false;
    const struct role_holder *before = holder_of(holders, count, pick->role);
    bool same = before == NULL
                    ? pick->name == NULL
                    : pick->name != NULL && str_eq(before->name, pick->name) && before->user_id == pick->user_id;
    if (same) return true;
    *changed = true;
    struct arena *arena = tx_op(tx)->arena;
    json_t *data = json_obj(arena);
    json_put_text(data, "role", arena_printf(arena, "@incident.role.%s", role_kind_name(pick->role)));
    json_put_text(data, "person", pick->name != NULL ? pick->name : before->name);
    if (before != NULL) json_put_text(data, "before", before->name);
    const char *key = pick->name == NULL ? "timeline.role_freed"
                      : before == NULL   ? "timeline.role"
                                         : "timeline.role_changed";
    struct event_entry entry = { .kind = EVENT_ROLE, .key = key, .data = data };
    if (!change_record(tx, change, &entry, "incident.role", err)) return false;
    return pick->name == NULL ? role_free(tx, incident->id, pick->role, err) : role_put(tx, incident->id, pick, err);
}

static bool assign(struct tx *tx, struct change *change, void *arg, struct error *err) {
    const struct wishes *wishes = arg;
    bool changed = false;
    for (size_t i = 0; i < wishes->count; i++) {
        struct role_pick pick = { 0 };
        if (!check_wish(tx, &wishes->list[i], wishes->named, &pick, err) ||
            !assign_one(tx, change, &pick, &changed, err))
            return false;
    }
    change->unchanged = !changed;
    return true;
}

bool incident_assign(struct op *op, const char *ref, const struct role_wish *wish, struct incident *out,
                     struct error *err) {
    struct wishes wishes = { wish, 1, false };
    return incident_change(op, ref, &(struct change_call){ assign, &wishes, PERM_RESPOND }, out, err);
}

bool incident_assign_all(struct op *op, const char *ref, const struct role_wish *list, size_t count,
                         struct error *err) {
    struct wishes wishes = { list, count, true };
    return incident_change(op, ref, &(struct change_call){ assign, &wishes, PERM_RESPOND }, NULL, err);
}
