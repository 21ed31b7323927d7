/* Teams: rules. See team.h. */
#include "people/team.h"

#include "people/people_internal.h"
#include "people/team_internal.h"

#include "base/arena.h"
#include "base/field.h"
#include "base/id.h"
#include "base/json.h"
#include "base/str.h"
#include "ledger/ledger.h"

static char *team_subject(struct arena *arena, const struct team *team) {
    return arena_printf(arena, "team/%s", team->key);
}

static bool add_in_tx(struct tx *tx, void *arg, struct error *err) {
    const struct team *team = arg;
    struct arena *arena = tx_op(tx)->arena;
    bool inserted;
    if (!team_sql_insert(tx, team, &inserted, err)) return false;
    if (!inserted) return ERROR(err, ERR_CONFLICT, "team.key_taken", "%s", team->key);
    json_t *detail = json_obj(arena);
    json_put_text(detail, "name", team->name);
    return audit_add(tx, "team.added", team_subject(arena, team), detail, err);
}

bool team_add(struct op *op, const struct team_input *input, struct team *out, struct error *err) {
    if (!permission_check(op, PERM_SERVICE, err)) return false;
    const char *description = field_text(op, "description", input->description, TEAM_TEXT_MAX, FIELD_MULTILINE);
    struct team team = {
        .id = id_new(op->now_ms),
        .key = field_key(op, "key", input->key, TEAM_KEY_MAX, FIELD_REQUIRED),
        .name = field_text(op, "name", input->name, TEAM_NAME_MAX, FIELD_REQUIRED),
        .description = description == NULL ? "" : description,
        .version = 1,
    };
    if (op->fields.count > 0) return OP_INVALID(op, err);
    if (!store_write(op, add_in_tx, &team, err)) {
        if (!str_eq(err->code, "team.key_taken")) return false;
        op_field_error(op, "key", "duplicate", NULL);
        return OP_INVALID(op, err);
    }
    *out = team;
    return true;
}

struct change {
    int64_t id, version;
    struct team_input input;
    int64_t user_id;
    bool lead;
    struct team team;
};

static bool load_for_change(struct tx *tx, struct change *change, struct error *err) {
    bool found;
    if (!team_find(tx, change->id, &change->team, &found, err)) return false;
    if (!found) return ERROR(err, ERR_NOT_FOUND, "team.not_found", "%lld", (long long)change->id);
    if (change->version == 0 || change->version == change->team.version) return true;
    return ERROR(err, ERR_STALE, "team.stale", "at %lld", (long long)change->team.version);
}

static bool update_in_tx(struct tx *tx, void *arg, struct error *err) {
    struct change *change = arg;
    struct arena *arena = tx_op(tx)->arena;
    struct team *team = &change->team;
    bool changed;
    if (!load_for_change(tx, change, err)) return false;
    if (change->input.name != NULL) team->name = change->input.name;
    if (change->input.description != NULL) team->description = change->input.description;
    if (!team_sql_update(tx, team, &changed, err)) return false;
    if (!changed) return ERROR(err, ERR_STALE, "team.stale", "%s", team->key);
    json_t *detail = json_obj(arena);
    json_put_text(detail, "name", team->name);
    return audit_add(tx, "team.changed", team_subject(arena, team), detail, err);
}

bool team_update(struct op *op, int64_t id, int64_t version, const struct team_input *input, struct error *err) {
    if (!permission_check(op, PERM_SERVICE, err)) return false;
    unsigned name_rule = input->name == NULL ? FIELD_OPTIONAL : FIELD_REQUIRED;
    struct change change = {
        .id = id,
        .version = version,
        .input = {
            .name = field_text(op, "name", input->name, TEAM_NAME_MAX, name_rule),
            .description = field_text(op, "description", input->description, TEAM_TEXT_MAX, FIELD_MULTILINE),
        },
    };
    if (op->fields.count > 0) return OP_INVALID(op, err);
    return store_write(op, update_in_tx, &change, err);
}

static bool remove_in_tx(struct tx *tx, void *arg, struct error *err) {
    struct change *change = arg;
    if (!load_for_change(tx, change, err)) return false;
    if (!team_sql_delete(tx, change->id, err)) {
        /* A row elsewhere still names it: the foreign key says so. */
        return err->kind == ERR_CONFLICT ? ERROR(err, ERR_CONFLICT, "team.in_use", "%s", change->team.key) : false;
    }
    return audit_add(tx, "team.removed", team_subject(tx_op(tx)->arena, &change->team), NULL, err);
}

bool team_remove(struct op *op, int64_t id, int64_t version, struct error *err) {
    struct change change = { .id = id, .version = version };
    return permission_check(op, PERM_SERVICE, err) && store_write(op, remove_in_tx, &change, err);
}

static bool audit_member(struct tx *tx, const char *action, const struct change *change, struct error *err) {
    struct arena *arena = tx_op(tx)->arena;
    struct user user;
    bool found;
    if (!user_find(tx, change->user_id, &user, &found, err)) return false;
    json_t *detail = json_obj(arena);
    json_put_text(detail, "user", found ? user.login : NULL);
    json_put_bool(detail, "lead", change->lead);
    return audit_add(tx, action, team_subject(arena, &change->team), detail, err);
}

static bool member_set_in_tx(struct tx *tx, void *arg, struct error *err) {
    struct change *change = arg;
    struct user user;
    bool found;
    if (!load_for_change(tx, change, err)) return false;
    if (!user_find(tx, change->user_id, &user, &found, err)) return false;
    if (!found) return ERROR(err, ERR_NOT_FOUND, "user.not_found", "%lld", (long long)change->user_id);
    return team_sql_member_put(tx, change->id, change->user_id, change->lead, err) &&
           team_sql_update(tx, &change->team, &found, err) && audit_member(tx, "team.member_set", change, err);
}

bool team_member_set(struct op *op, int64_t team_id, int64_t user_id, bool lead, struct error *err) {
    struct change change = { .id = team_id, .user_id = user_id, .lead = lead };
    return permission_check(op, PERM_SERVICE, err) && store_write(op, member_set_in_tx, &change, err);
}

static bool member_remove_in_tx(struct tx *tx, void *arg, struct error *err) {
    struct change *change = arg;
    int64_t count;
    bool changed;
    if (!load_for_change(tx, change, err)) return false;
    if (!team_sql_member_delete(tx, change->id, change->user_id, &count, err)) return false;
    if (count == 0) return ERROR(err, ERR_NOT_FOUND, "team.not_member", "%lld", (long long)change->user_id);
    return team_sql_update(tx, &change->team, &changed, err) && audit_member(tx, "team.member_removed", change, err);
}

bool team_member_remove(struct op *op, int64_t team_id, int64_t user_id, struct error *err) {
    struct change change = { .id = team_id, .user_id = user_id };
    return permission_check(op, PERM_SERVICE, err) && store_write(op, member_remove_in_tx, &change, err);
}

/* --- reading --- */

static bool load_in_tx(struct tx *tx, void *arg, struct error *err) {
    return load_for_change(tx, arg, err);
}

bool team_load(struct op *op, int64_t id, struct team *out, struct error *err) {
    struct change change = { .id = id };
    if (!permission_check(op, PERM_READ, err) || !store_read(op, load_in_tx, &change, err)) return false;
    *out = change.team;
    return true;
}

struct naming {
    const char *text;
    struct team team;
};

static bool named_in_tx(struct tx *tx, void *arg, struct error *err) {
    struct naming *naming = arg;
    int64_t id;
    bool found;
    if (!team_find_key(tx, search_folded(tx_op(tx)->arena, naming->text), &naming->team, &found, err)) return false;
    if (!found && id_parse(naming->text, &id) && !team_find(tx, id, &naming->team, &found, err)) return false;
    return found || ERROR(err, ERR_NOT_FOUND, "team.not_found", "%s", naming->text);
}

bool team_load_named(struct op *op, const char *text, struct team *out, struct error *err) {
    struct naming naming = { .text = text };
    if (!permission_check(op, PERM_READ, err) || !store_read(op, named_in_tx, &naming, err)) return false;
    *out = naming.team;
    return true;
}

struct page {
    const char *after;
    int limit;
    struct team_list list;
};

static bool page_in_tx(struct tx *tx, void *arg, struct error *err) {
    struct page *page = arg;
    return team_sql_page(tx, page->after, page->limit, &page->list, err);
}

bool team_list(struct op *op, const char *after_key, int limit, struct team_list *out, struct error *err) {
    REQUIRE(limit >= 1 && limit <= USER_PAGE_MAX);
    struct page page = { .after = after_key == NULL ? "" : after_key, .limit = limit };
    if (!permission_check(op, PERM_READ, err) || !store_read(op, page_in_tx, &page, err)) return false;
    *out = page.list;
    return true;
}

struct members {
    int64_t team_id;
    struct team_member_list list;
};

bool team_find_members(struct tx *tx, int64_t team_id, struct team_member_list *out, struct error *err) {
    return user_sql_members(tx, team_id, out, err);
}

static bool members_in_tx(struct tx *tx, void *arg, struct error *err) {
    struct members *members = arg;
    struct change change = { .id = members->team_id };
    return load_for_change(tx, &change, err) && user_sql_members(tx, members->team_id, &members->list, err);
}

bool team_members(struct op *op, int64_t team_id, struct team_member_list *out, struct error *err) {
    struct members members = { .team_id = team_id };
    if (!permission_check(op, PERM_READ, err) || !store_read(op, members_in_tx, &members, err)) return false;
    *out = members.list;
    return true;
}

json_t *team_json(struct arena *arena, const struct team *team) {
    json_t *json = json_obj(arena);
    json_put_id(json, "id", team->id);
    json_put_text(json, "key", team->key);
    json_put_text(json, "name", team->name);
    json_put_text(json, "description", team->description);
    json_put_i64(json, "members", team->member_count);
    json_put_i64(json, "version", team->version);
    return json;
}
