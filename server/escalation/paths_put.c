/* Changing the paths: the whole document, or one severity's path. Every change is a new version; see escalate.h. */
#include "escalation/stored.h"

#include "base/arena.h"
#include "base/json.h"
#include "base/str.h"
#include "people/permission.h"

#include <string.h>

struct paths_call {
    json_t *document;
    int64_t version; /* in: as read, -1 skips the check; out: the new one */
};

static bool load_in_tx(struct tx *tx, void *arg, struct error *err) {
    struct paths_call *call = arg;
    return stored_paths_newest(tx, &call->version, err) && stored_document(tx, call->version, &call->document, err);
}

bool escalation_paths_load(struct op *op, json_t **out, struct error *err) {
    struct paths_call call = { 0 };
    if (!permission_check(op, PERM_READ, err) || !store_read(op, load_in_tx, &call, err)) return false;
    json_put_i64(call.document, "version", call.version);
    *out = call.document;
    return true;
}

static bool version_in_tx(struct tx *tx, void *arg, struct error *err) {
    struct paths_call *call = arg;
    return stored_document(tx, call->version, &call->document, err);
}

bool escalation_paths_load_version(struct op *op, int64_t version, json_t **out, struct error *err) {
    struct paths_call call = { .version = version };
    if (!permission_check(op, PERM_READ, err) || !store_read(op, version_in_tx, &call, err)) return false;
    json_put_i64(call.document, "version", version);
    *out = call.document;
    return true;
}

static bool insert(struct tx *tx, json_t *document, const char *severity, int64_t *version, struct error *err) {
    struct op *op = tx_op(tx);
    const struct path *read;
    const char *text = json_dump(op->arena, document);
    if (strlen(text) > PATHS_DOCUMENT_MAX) op_field_error(op, "policies", "too_long", "262144");
    if (!stored_check(tx, document, NULL, &read, err)) return false;
    json_t *detail = json_obj(op->arena);
    if (severity != NULL) json_put_text(detail, "severity", severity);
    (*version)++;
    return stored_paths_insert(tx, *version, text, err) &&
           audit_add(tx, "escalation.paths_changed", arena_printf(op->arena, "escalation/%lld", (long long)*version),
                     severity == NULL ? NULL : detail, err);
}

/* --- the whole document --- */

static bool put_in_tx(struct tx *tx, void *arg, struct error *err) {
    struct paths_call *call = arg;
    int64_t newest;
    if (!stored_paths_newest(tx, &newest, err)) return false;
    if (call->version >= 0 && call->version != newest)
        return ERROR(err, ERR_STALE, "escalation.paths_stale", "%lld is %lld", (long long)call->version,
                     (long long)newest);
    if (!insert(tx, call->document, NULL, &newest, err)) return false;
    call->version = newest;
    return true;
}

static bool preset_document(struct op *op, const char *preset, json_t **out, struct error *err) {
    const char *text = escalation_preset(preset);
    if (text != NULL) return json_parse(op->arena, text, strlen(text), out, err);
    op_field_error(op, "preset", "one_of", "lines, tiers, pair");
    return OP_INVALID(op, err);
}

bool escalation_paths_put(struct op *op, const json_t *body, int64_t *version, struct error *err) {
    static const char *const members[] = { "policies", "business_hours" };
    if (!permission_check(op, PERM_SCHEDULE, err)) return false;
    const json_t *read = json_object_get(body, "version");
    struct paths_call call = { json_obj(op->arena), json_is_integer(read) ? json_integer_value(read) : -1 };
    const char *preset = json_text(body, "preset");
    if (preset != NULL && !preset_document(op, preset, &call.document, err)) return false;
    for (size_t i = 0; preset == NULL && i < 2; i++) {
        json_t *value = json_object_get(body, members[i]);
        if (value != NULL) json_put(call.document, members[i], json_deep_copy(value));
    }
    if (!store_write(op, put_in_tx, &call, err)) return false;
    *version = call.version;
    return true;
}

/* --- one severity's path --- */

struct path_call {
    const struct path_change *change;
    int64_t version;
};

static const json_t *path_in(const json_t *document, const char *severity) {
    return json_object_get(json_object_get(document, "policies"), severity);
}

/* Whoever changed another severity meanwhile is no reason to refuse. */
static bool unchanged(struct tx *tx, const struct path_change *change, const json_t *newest, struct error *err) {
    json_t *read;
    if (change->version < 0) return true;
    if (!stored_document(tx, change->version, &read, err)) return false;
    const json_t *then = path_in(read, change->severity), *now = path_in(newest, change->severity);
    if (then == now || json_equal(then, now)) return true;
    return ERROR(err, ERR_STALE, "escalation.paths_stale", "%s of %lld", change->severity, (long long)change->version);
}

static bool change_in_tx(struct tx *tx, void *arg, struct error *err) {
    struct path_call *call = arg;
    const struct path_change *change = call->change;
    json_t *document;
    if (!stored_paths_newest(tx, &call->version, err) || !stored_document(tx, call->version, &document, err) ||
        !unchanged(tx, change, document, err))
        return false;
    json_t *policies = json_object_get(document, "policies");
    if (change->path == NULL) {
        (void)json_object_del(policies, change->severity);
    } else {
        json_t *path = json_deep_copy(change->path);
        (void)json_object_del(path, "version");
        json_put(policies, change->severity, path);
    }
    return insert(tx, document, change->severity, &call->version, err);
}

bool escalation_path_put(struct op *op, const struct path_change *change, int64_t *version, struct error *err) {
    struct path_call call = { .change = change };
    if (!permission_check(op, PERM_SCHEDULE, err)) return false;
    if (str_blank(change->severity) || strlen(change->severity) > PATH_SEVERITY_MAX) {
        op_field_error(op, "severity", "malformed", NULL);
        return OP_INVALID(op, err);
    }
    if (!store_write(op, change_in_tx, &call, err)) return false;
    *version = call.version;
    return true;
}
