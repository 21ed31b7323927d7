/* Versions of a runbook, and taking one out of use: see runbook.h. */
#include "runbook/runbook_internal.h"

#include "base/arena.h"
#include "base/field.h"
#include "base/id.h"
#include "base/json.h"
#include "base/str.h"
#include "ledger/ledger.h"
#include "people/permission.h"

enum { REASON_MAX = 500 };

/* --- versions --- */

struct reading {
    const struct runbook *runbook;
    struct runbook_version *versions;
    size_t count;
};

static bool versions_tx(struct tx *tx, void *arg, struct error *err) {
    struct reading *reading = arg;
    struct arena *arena = tx_op(tx)->arena;
    const struct runbook *runbook = reading->runbook;
    if (!runbook_version_rows(tx, runbook->id, &reading->versions, &reading->count, err)) return false;
    const struct runbook *shipped = starter_find(runbook->key, runbook->lang);
    if (shipped == NULL || runbook->id == 0) return true;
    reading->versions[reading->count++] =
        (struct runbook_version){ .title = shipped->title, .sections = sections_text(arena, shipped), .by = "" };
    return true;
}

bool runbook_versions(struct op *op, const struct runbook *runbook, struct runbook_version **out, size_t *count,
                      struct error *err) {
    struct reading reading = { .runbook = runbook };
    if (!permission_check(op, PERM_READ, err) || !store_read(op, versions_tx, &reading, err)) return false;
    *out = reading.versions;
    *count = reading.count;
    return true;
}

bool runbook_at_version(struct op *op, const char *key, int64_t version, struct runbook *out, struct error *err) {
    struct runbook runbook;
    struct runbook_version *versions;
    size_t count;
    if (!runbook_load(op, key, NULL, &runbook, err) || !runbook_versions(op, &runbook, &versions, &count, err)) {
        return false;
    }
    *out = runbook;
    if (version == runbook.version) return true;
    for (size_t i = 0; i < count; i++) {
        if (versions[i].version != version) continue;
        if (!sections_read(op->arena, versions[i].sections, &runbook, err)) return false;
        runbook.title = versions[i].title;
        runbook.version = version;
        runbook.updated_at = versions[i].at;
        runbook.updated_by = versions[i].by;
        *out = runbook;
        return true;
    }
    return ERROR(err, ERR_NOT_FOUND, "runbook.unknown", "%.60s, version %lld", key, (long long)version);
}

/* --- out of use --- */

struct retiring {
    const char *key, *reason;
    int64_t expected;
    bool restore;
};

/* A shipped text has no row that could be marked: it gets one. */
static bool keep_shipped(struct tx *tx, const struct runbook *shipped, const char *reason, struct error *err) {
    struct op *op = tx_op(tx);
    struct runbook own = *shipped;
    bool inserted;
    own.id = id_new(op->now_ms);
    own.version = 1;
    own.updated_at = op->now_ms;
    own.updated_by = op->actor->name;
    if (!runbook_row_insert(tx, &own, &inserted, err)) return false;
    return !inserted || runbook_version_insert(tx, &own, &(struct runbook_input){ .reason = reason }, err);
}

static bool retire_tx(struct tx *tx, void *arg, struct error *err) {
    const struct retiring *retiring = arg;
    struct op *op = tx_op(tx);
    struct runbook_list all;
    struct runbook chosen;
    op->fields = (struct field_errors){ 0 };
    const char *reason = field_text(op, "reason", retiring->reason, REASON_MAX, FIELD_MULTILINE);
    if (op->fields.count > 0) return OP_INVALID(op, err);
    if (!runbooks_all(tx, &all, err) || !runbook_choose(&all, retiring->key, runbook_lang(op), &chosen, err)) {
        return false;
    }
    if (retiring->expected >= 0 && retiring->expected != chosen.version) {
        return ERROR(err, ERR_STALE, "runbook.stale", "version %lld", (long long)chosen.version);
    }
    for (size_t i = 0; i < all.count && !retiring->restore; i++) {
        bool shipped = all.items[i].id == 0 && str_eq(all.items[i].key, retiring->key);
        if (shipped && !keep_shipped(tx, &all.items[i], reason, err)) return false;
    }
    json_t *detail = json_obj(op->arena);
    json_put_text(detail, "reason", reason);
    bool restore = retiring->restore;
    return runbook_row_retire(tx, retiring->key, restore ? 0 : op->now_ms, restore ? NULL : op->actor->name, err) &&
           audit_add(tx, restore ? "runbook.restored" : "runbook.retired",
                     arena_printf(op->arena, "runbook/%s", retiring->key), detail, err);
}

bool runbook_retire(struct op *op, const char *key, int64_t expected, const char *reason, struct error *err) {
    struct retiring retiring = { .key = key, .reason = reason, .expected = expected };
    return permission_check(op, PERM_SERVICE, err) && store_write(op, retire_tx, &retiring, err);
}

bool runbook_restore(struct op *op, const char *key, struct error *err) {
    struct retiring retiring = { .key = key, .expected = -1, .restore = true };
    return permission_check(op, PERM_SERVICE, err) && store_write(op, retire_tx, &retiring, err);
}
