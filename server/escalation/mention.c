/* See mention.h. */
#include "escalation/mention.h"

#include "base/arena.h"
#include "base/id.h"
#include "base/json.h"
#include "base/str.h"
#include "escalation/stored.h"
#include "oncall/rota.h"

static bool is_one(const struct mention *mention, const json_t *target) {
    static const char *const kinds[] = { "user", "team", "channel", "schedule" }; /* as enum target_kind */
    const char *type = json_is_string(target) ? kinds[TARGET_USER] : json_text(target, "type");
    const char *id = json_is_string(target) ? json_string_value(target) : json_text(target, "id");
    if (!str_eq(type, kinds[mention->kind])) return false;
    for (const char *const *name = mention->names; *name != NULL; name++) {
        if (str_eq(*name, id)) return true;
    }
    return false;
}

static bool any_of(const struct mention *mention, const json_t *targets) {
    for (size_t i = 0; i < json_array_size(targets); i++) {
        if (is_one(mention, json_array_get(targets, i))) return true;
    }
    return false;
}

static bool path_names(const struct mention *mention, const json_t *path) {
    const json_t *steps = json_object_get(path, "steps");
    for (size_t i = 0; i < json_array_size(steps); i++) {
        if (any_of(mention, json_object_get(json_array_get(steps, i), "targets"))) return true;
    }
    return any_of(mention, json_object_get(path, "fallback"));
}

static bool find_mentions(struct tx *tx, struct mention *mention, struct error *err) {
    struct arena *arena = tx_op(tx)->arena;
    json_t *document, *path;
    const char *severity;
    int64_t version;
    mention->severities = "";
    if (!stored_paths_newest(tx, &version, err) || !stored_document(tx, version, &document, err)) return false;
    json_t *policies = json_object_get(document, "policies");
    json_object_foreach(policies, severity, path) {
        if (!path_names(mention, path)) continue;
        const char *comma = *mention->severities == '\0' ? "" : ", ";
        mention->severities = arena_printf(arena, "%s%s%s", mention->severities, comma, severity);
    }
    return true;
}

static bool mentions_in_tx(struct tx *tx, void *arg, struct error *err) {
    return find_mentions(tx, arg, err);
}

bool escalation_mentions(struct op *op, struct mention *mention, struct error *err) {
    return permission_check(op, PERM_READ, err) && store_read(op, mentions_in_tx, mention, err);
}

static bool delete_in_tx(struct tx *tx, void *arg, struct error *err) {
    const struct schedule_removal *removal = arg;
    struct rota rota;
    char id[ID_TEXT_SIZE];
    if (!rota_find(tx, removal->which, &rota, err)) return false;
    const char *const names[] = { rota.key, id_text(rota.id, id), NULL };
    struct mention mention = { TARGET_SCHEDULE, names, NULL };
    if (!find_mentions(tx, &mention, err)) return false;
    if (*mention.severities != '\0' && !removal->force)
        return ERROR(err, ERR_CONFLICT, "schedule.named_by_path", "%s: %s", rota.key, mention.severities);
    return rota_delete(tx, removal->which, removal->version, err);
}

bool escalation_schedule_delete(struct op *op, const struct schedule_removal *removal, struct error *err) {
    struct schedule_removal call = *removal;
    return permission_check(op, PERM_SCHEDULE, err) && store_write(op, delete_in_tx, &call, err);
}
