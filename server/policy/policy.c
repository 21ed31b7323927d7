/* Policy versions: reading and changing. See policy.h. */
#include "policy/policy.h"

#include "people/permission.h"
#include "policy/policy_sql.h"
#include "policy/stored.h"

#include "base/arena.h"
#include "base/json.h"
#include "base/str.h"
#include "ledger/ledger.h"

static const char DEFAULT_PRESET[] = "p1-p3";

static bool find(struct tx *tx, int64_t version, const struct policy **out, bool *found, struct error *err) {
    struct op *op = tx_op(tx);
    struct policy_row row;
    struct policy *policy = ARENA_NEW(op->arena, struct policy);
    *out = policy;
    *found = version != 0 && policy_recall(tx, version, policy);
    if (*found) return true;
    if (!policy_sql_get(tx, version, &row, found, err)) return false;
    if (!*found) return true;
    if (!policy_from_stored(op, row.document, policy, err)) return false;
    policy->version = row.version;
    policy->created_ms = row.created_ms;
    policy->created_by = row.created_by;
    policy_keep(tx, policy);
    return true;
}

bool policy_current(struct tx *tx, const struct policy **out, struct error *err) {
    bool found;
    if (!find(tx, 0, out, &found, err)) return false;
    if (!found) *out = policy_preset(tx_op(tx)->arena, DEFAULT_PRESET);
    return true;
}

bool policy_find(struct tx *tx, int64_t version, const struct policy **out, struct error *err) {
    bool found;
    if (version == 0) {
        *out = policy_preset(tx_op(tx)->arena, DEFAULT_PRESET);
        return true;
    }
    if (!find(tx, version, out, &found, err)) return false;
    return found || ERROR(err, ERR_NOT_FOUND, "policy.not_found", "version %lld", (long long)version);
}

struct load {
    int64_t version;
    const struct policy *policy;
};

static bool load_in_tx(struct tx *tx, void *arg, struct error *err) {
    struct load *load = arg;
    return load->version == 0 ? policy_current(tx, &load->policy, err)
                              : policy_find(tx, load->version, &load->policy, err);
}

bool policy_load(struct op *op, int64_t version, const struct policy **out, struct error *err) {
    struct load load = { .version = version };
    if (!permission_check(op, PERM_READ, err) || !store_read(op, load_in_tx, &load, err)) return false;
    *out = load.policy;
    return true;
}

static bool versions_in_tx(struct tx *tx, void *arg, struct error *err) {
    struct policy_version_list *list = arg;
    struct op *op = tx_op(tx);
    struct rows rows;
    if (!policy_sql_list(tx, &rows, err)) return false;
    list->items = ARENA_ARRAY(op->arena, rows.count, struct policy_version);
    list->count = 0;
    while (rows_next(&rows)) {
        struct policy policy;
        if (!policy_from_stored(op, rows_text(&rows, 1), &policy, err)) return false;
        list->items[list->count++] = (struct policy_version){
            .version = rows_i64(&rows, 0),
            .created_by = rows_text(&rows, 2),
            .created_ms = rows_i64(&rows, 3),
            .preset = policy.preset,
            .name = policy.name,
        };
    }
    return true;
}

bool policy_versions(struct op *op, struct policy_version_list *out, struct error *err) {
    struct policy_version_list list;
    if (!permission_check(op, PERM_READ, err) || !store_read(op, versions_in_tx, &list, err)) return false;
    *out = list;
    return true;
}

/* --- changing --- */

bool policy_store(struct tx *tx, const json_t *document, int64_t *version, struct error *err) {
    struct op *op = tx_op(tx);
    struct policy_row newest = { .version = 0 };
    bool found, inserted;
    if (!policy_sql_get(tx, 0, &newest, &found, err)) return false;
    struct policy_row row = {
        .version = newest.version + 1,
        .document = json_dump(op->arena, document),
        .created_ms = op->now_ms,
        .created_by = op->actor == NULL ? "" : op->actor->login,
    };
    if (!policy_sql_insert(tx, &row, &inserted, err)) return false;
    if (!inserted) return ERROR(err, ERR_STALE, "policy.stale", "version %lld exists", (long long)row.version);
    json_t *detail = json_obj(op->arena);
    json_put_i64(detail, "version", row.version);
    json_put_text(detail, "preset", json_text(document, "preset"));
    *version = row.version;
    tx_on_commit(tx, "policy");
    return audit_add(tx, "policy.saved", "policy", detail, err);
}

struct save {
    int64_t version; /* as read */
    const json_t *document;
    struct policy policy;
};

static bool save_in_tx(struct tx *tx, void *arg, struct error *err) {
    struct save *save = arg;
    struct op *op = tx_op(tx);
    struct policy_row newest = { .version = 0 };
    bool found;
    if (!policy_sql_get(tx, 0, &newest, &found, err)) return false;
    if (newest.version != save->version) {
        return ERROR(err, ERR_STALE, "policy.stale", "at %lld", (long long)newest.version);
    }
    save->policy.created_ms = op->now_ms;
    save->policy.created_by = op->actor->login;
    return policy_store(tx, save->document, &save->policy.version, err);
}

static bool save_parsed(struct op *op, struct save *save, const struct policy **out, struct error *err) {
    if (!store_write(op, save_in_tx, save, err)) return false;
    struct policy *policy = ARENA_NEW(op->arena, struct policy);
    *policy = save->policy;
    *out = policy;
    return true;
}

bool policy_save(struct op *op, int64_t version, const json_t *document, const struct policy **out, struct error *err) {
    struct save save = { .version = version, .document = document };
    if (!permission_check(op, PERM_ADMIN, err)) return false;
    if (!policy_parse(op, document, &save.policy, err)) return false;
    if (strlen(json_dump(op->arena, document)) > POLICY_JSON_MAX) {
        return ERROR(err, ERR_TOO_LARGE, "policy.too_large", "over %d bytes", POLICY_JSON_MAX);
    }
    return save_parsed(op, &save, out, err);
}

bool policy_adopt(struct op *op, int64_t version, const char *preset, const struct policy **out, struct error *err) {
    if (!permission_check(op, PERM_ADMIN, err)) return false;
    const struct policy *found = policy_preset(op->arena, preset);
    if (found == NULL) {
        op_field_error(op, "preset", preset == NULL ? "required" : "one_of", "p1-p3, p1-p4, p0-p3");
        return OP_INVALID(op, err);
    }
    struct save save = { .version = version, .document = found->json, .policy = *found };
    return save_parsed(op, &save, out, err);
}

static bool has_code(const struct policy *policy, const char *code) {
    for (size_t i = 0; i < policy->severity_count; i++) {
        if (str_eq(policy->severities[i].code, code)) return true;
    }
    return false;
}

bool policy_filter_check(struct tx *tx, const char *severity, struct error *err) {
    enum { VERSIONS_BACK = 50 };
    struct op *op = tx_op(tx);
    const struct policy *current, *earlier;
    if (str_blank(severity)) return true;
    if (!policy_current(tx, &current, err)) return false;
    if (has_code(current, severity)) return true;
    int64_t oldest = current->version > VERSIONS_BACK ? current->version - VERSIONS_BACK : 1;
    for (int64_t version = current->version - 1; version >= oldest; version--) {
        if (!policy_find(tx, version, &earlier, err)) return false;
        if (has_code(earlier, severity)) return true;
    }
    const char *codes = "";
    for (size_t i = 0; i < current->severity_count; i++) {
        codes = arena_printf(op->arena, "%s%s%s", codes, i == 0 ? "" : ", ", current->severities[i].code);
    }
    op_field_error(op, "severity", "one_of", codes);
    return true;
}
