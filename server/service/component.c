/* Components: the parts of a service that customers know by name. See service.h. */
#include "service/service.h"

#include "service/service_sql.h"

#include "base/arena.h"
#include "base/field.h"
#include "base/id.h"
#include "base/json.h"
#include "ledger/ledger.h"

enum { POSITION_MAX = 9999 };

struct change {
    int64_t id, version;
    struct component_input input;
    struct component component;
};

static void merge(struct op *op, const struct component_input *input, struct component *component) {
    unsigned rule = input->name == NULL && component->name != NULL ? FIELD_OPTIONAL : FIELD_REQUIRED;
    const char *name = field_text(op, "name", input->name, SERVICE_NAME_MAX, rule);
    const char *name_en = field_text(op, "name_en", input->name_en, SERVICE_NAME_MAX, FIELD_OPTIONAL);
    const char *group = field_text(op, "group", input->group, SERVICE_NAME_MAX, FIELD_OPTIONAL);
    if (name != NULL) component->name = name;
    if (name_en != NULL) component->name_en = name_en;
    if (group != NULL) component->group = group;
    component->position = field_i64(op, "position", input->position, 0, POSITION_MAX, component->position);
    component->public = field_flag(op, "public", input->public, component->public);
}

static bool audit_component(struct tx *tx, const char *action, const struct component *component, struct error *err) {
    struct arena *arena = tx_op(tx)->arena;
    struct service service;
    bool found;
    if (!service_find(tx, component->service_id, &service, &found, err)) return false;
    const char *subject = arena_printf(arena, "service/%s", found ? service.key : "?");
    tx_on_commit(tx, "services");
    return audit_add(tx, action, subject, component_json(arena, component), err);
}

static bool add_in_tx(struct tx *tx, void *arg, struct error *err) {
    const struct component *component = arg;
    struct service service;
    struct component_list existing;
    bool found;
    if (!service_find(tx, component->service_id, &service, &found, err)) return false;
    if (!found) return ERROR(err, ERR_NOT_FOUND, "service.not_found", "%lld", (long long)component->service_id);
    if (!component_sql_list(tx, service.id, &existing, err)) return false;
    if (existing.count >= SERVICE_COMPONENTS_MAX)
        return ERROR(err, ERR_CONFLICT, "component.too_many", "%s", service.key);
    return component_sql_insert(tx, component, err) && audit_component(tx, "component.added", component, err);
}

bool component_add(struct op *op, int64_t service_id, const struct component_input *input, struct component *out,
                   struct error *err) {
    if (!permission_check(op, PERM_SERVICE, err)) return false;
    struct component component = {
        .id = id_new(op->now_ms), .service_id = service_id, .name_en = "", .group = "", .version = 1
    };
    merge(op, input, &component);
    if (op->fields.count > 0) return OP_INVALID(op, err);
    if (!store_write(op, add_in_tx, &component, err)) return false;
    *out = component;
    return true;
}

static bool load_for_change(struct tx *tx, struct change *change, struct error *err) {
    bool found;
    if (!component_sql_find(tx, change->id, &change->component, &found, err)) return false;
    if (!found) return ERROR(err, ERR_NOT_FOUND, "component.not_found", "%lld", (long long)change->id);
    if (change->version == 0 || change->version == change->component.version) return true;
    return ERROR(err, ERR_STALE, "component.stale", "at %lld", (long long)change->component.version);
}

static bool update_in_tx(struct tx *tx, void *arg, struct error *err) {
    struct change *change = arg;
    bool changed;
    if (!load_for_change(tx, change, err)) return false;
    merge(tx_op(tx), &change->input, &change->component);
    if (!component_sql_update(tx, &change->component, &changed, err)) return false;
    if (!changed) return ERROR(err, ERR_STALE, "component.stale", "%lld", (long long)change->id);
    return audit_component(tx, "component.changed", &change->component, err);
}

bool component_update(struct op *op, int64_t id, int64_t version, const struct component_input *input,
                      struct error *err) {
    if (!permission_check(op, PERM_SERVICE, err)) return false;
    struct component scratch = { .name = "" };
    struct change change = { .id = id, .version = version, .input = *input };
    merge(op, input, &scratch);
    if (op->fields.count > 0) return OP_INVALID(op, err);
    return store_write(op, update_in_tx, &change, err);
}

static bool remove_in_tx(struct tx *tx, void *arg, struct error *err) {
    struct change *change = arg;
    return load_for_change(tx, change, err) && component_sql_delete(tx, change->id, err) &&
           audit_component(tx, "component.removed", &change->component, err);
}

bool component_remove(struct op *op, int64_t id, int64_t version, struct error *err) {
    struct change change = { .id = id, .version = version };
    return permission_check(op, PERM_SERVICE, err) && store_write(op, remove_in_tx, &change, err);
}

static bool load_in_tx(struct tx *tx, void *arg, struct error *err) {
    return load_for_change(tx, arg, err);
}

bool component_load(struct op *op, int64_t id, struct component *out, struct error *err) {
    struct change change = { .id = id };
    if (!permission_check(op, PERM_READ, err) || !store_read(op, load_in_tx, &change, err)) return false;
    *out = change.component;
    return true;
}

struct listing {
    int64_t service_id;
    struct component_list list;
};

static bool list_in_tx(struct tx *tx, void *arg, struct error *err) {
    struct listing *listing = arg;
    struct service service;
    bool found;
    if (!service_find(tx, listing->service_id, &service, &found, err)) return false;
    if (!found) return ERROR(err, ERR_NOT_FOUND, "service.not_found", "%lld", (long long)listing->service_id);
    return component_sql_list(tx, service.id, &listing->list, err);
}

bool component_list(struct op *op, int64_t service_id, struct component_list *out, struct error *err) {
    struct listing listing = { .service_id = service_id };
    if (!permission_check(op, PERM_READ, err) || !store_read(op, list_in_tx, &listing, err)) return false;
    *out = listing.list;
    return true;
}

json_t *component_json(struct arena *arena, const struct component *component) {
    json_t *json = json_obj(arena);
    json_put_id(json, "id", component->id);
    json_put_id(json, "service_id", component->service_id);
    json_put_text(json, "name", component->name);
    json_put_text(json, "name_en", component->name_en);
    json_put_text(json, "group", component->group);
    json_put_i64(json, "position", component->position);
    json_put_bool(json, "public", component->public);
    json_put_i64(json, "version", component->version);
    return json;
}
