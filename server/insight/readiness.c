/* See readiness.h. */
#include "insight/readiness_rows.h"

#include "base/arena.h"
#include "base/field.h"
#include "base/json.h"
#include "base/str.h"
#include "escalation/escalate.h"
#include "ledger/ledger.h"
#include "oncall/rota.h"
#include "people/permission.h"
#include "policy/policy.h"
#include "text/i18n.h"
#include "text/when.h"

#define DAY_MS INT64_C(86400000)

/* What the portal sees has an address; the rest lies outside of it. */
static const struct known {
    const char *area, *key;
    bool seen;
    const char *url;
    bool admins; /* the address is for them alone */
} KNOWN[] = {
    { "monitoring", "dashboards", false, NULL, false },
    { "monitoring", "alerts", true, "/integrations", true },
    { "monitoring", "channels", true, "/settings", true },
    { "oncall", "rotation", true, "/oncall", false },
    { "oncall", "paths", true, "/oncall/paths", false },
    { "oncall", "contacts", true, "/contacts", false },
    { "documents", "architecture", false, NULL, false },
    { "documents", "runbooks", true, "/runbooks", false },
    { "documents", "retro", true, "/incidents", false },
    { "recovery", "backup", false, NULL, false },
    { "recovery", "rollback", false, NULL, false },
    { "recovery", "fallback", false, NULL, false },
    { "recovery", "drill", true, "/drills", false },
    { "communication", "templates", true, "/notices", false },
    { "communication", "stakeholders", true, "/contacts", false },
    { "communication", "status", true, "/services", false },
};
enum { KNOWN_COUNT = sizeof KNOWN / sizeof *KNOWN };
_Static_assert((int)KNOWN_COUNT <= (int)READINESS_ITEMS_MAX, "room for every item");

struct seeing {
    struct readiness *out;
    struct readiness_counts counts;
    struct readiness_ticks ticks;
    int64_t schedules, gaps; /* holes in the days to come */
    int64_t pathless; /* severities without a path */
    bool heard; /* somebody is told of a declaration */
};

/* --- looking --- */

static bool look_at_schedules(struct tx *tx, struct seeing *seeing, struct error *err) {
    struct op *op = tx_op(tx);
    struct rota_list rotas;
    if (!rota_all(tx, &rotas, err)) return false;
    seeing->schedules = (int64_t)rotas.count;
    for (size_t i = 0; i < rotas.count; i++) {
        struct schedule *schedule;
        struct range_answer answer;
        struct range range = { op->now_ms / 1000, op->now_ms / 1000 + READINESS_GAP_DAYS * INT64_C(86400), DUTY_PRIMARY,
                               VIEW_FINAL };
        if (!rota_schedule(tx, &rotas.items[i], &schedule, err) ||
            !schedule_range(schedule, &range, op->arena, &answer, err))
            return false;
        seeing->gaps += (int64_t)answer.gap_count;
    }
    return true;
}

static bool look(struct tx *tx, void *arg, struct error *err) {
    struct seeing *seeing = arg;
    seeing->schedules = seeing->gaps = 0;
    int64_t since = tx_op(tx)->now_ms - READINESS_FRESH_DAYS * DAY_MS;
    return readiness_sql_counts(tx, since, &seeing->counts, err) && readiness_sql_ticks(tx, &seeing->ticks, err) &&
           outbox_wanted(tx, "incident.declared", NULL, &seeing->heard, err) && look_at_schedules(tx, seeing, err);
}

static bool look_at_paths(struct op *op, struct seeing *seeing, struct error *err) {
    const struct policy *policy;
    json_t *paths;
    if (!policy_load(op, 0, &policy, err) || !escalation_paths_load(op, &paths, err)) return false;
    const json_t *policies = json_object_get(paths, "policies");
    for (size_t i = 0; i < policy->severity_count; i++)
        seeing->pathless += json_object_get(policies, policy->severities[i].code) == NULL ? 1 : 0;
    return true;
}

/* --- telling --- */

static void see(const struct seeing *seeing, struct readiness_item *item) {
    const struct readiness_counts *counts = &seeing->counts;
    const struct {
        const char *key;
        bool done;
        int64_t count;
    } FOUND[] = {
        { "alerts", counts->integrations > 0, counts->integrations },
        { "channels", seeing->heard, -1 },
        { "rotation", seeing->schedules > 0 && seeing->gaps == 0, seeing->gaps },
        { "paths", seeing->pathless == 0, seeing->pathless },
        { "contacts", counts->responders > 0 && counts->unreachable == 0, counts->unreachable },
        { "runbooks", counts->runbooks > 0, counts->runbooks },
        { "retro", true, -1 },
        { "drill", counts->drills > 0, -1 },
        { "templates", true, -1 },
        { "stakeholders", counts->vendors > 0, counts->vendors },
        { "status", counts->components > 0, counts->components },
    };
    for (size_t i = 0; i < sizeof FOUND / sizeof *FOUND; i++) {
        if (!str_eq(FOUND[i].key, item->key)) continue;
        item->done = FOUND[i].done;
        item->count = FOUND[i].count;
    }
}

static void tick_of(const struct seeing *seeing, int64_t now_ms, struct readiness_item *item) {
    for (size_t i = 0; i < seeing->ticks.count; i++) {
        const struct readiness_item *tick = &seeing->ticks.items[i];
        if (!str_eq(tick->key, item->key)) continue;
        item->note = tick->note;
        item->by = tick->by;
        item->at_ms = tick->at_ms;
        item->old = now_ms - tick->at_ms > READINESS_FRESH_DAYS * DAY_MS;
        item->done = !item->old;
    }
}

bool readiness_load(struct op *op, struct readiness *out, struct error *err) {
    struct seeing seeing = { .out = out };
    if (!permission_check(op, PERM_READ, err) || !store_read(op, look, &seeing, err) ||
        !look_at_paths(op, &seeing, err))
        return false;
    *out = (struct readiness){ .count = KNOWN_COUNT };
    for (size_t i = 0; i < KNOWN_COUNT; i++) {
        struct readiness_item *item = &out->items[i];
        *item = (struct readiness_item){ .key = KNOWN[i].key,
                                         .area = KNOWN[i].area,
                                         .seen = KNOWN[i].seen,
                                         .url = KNOWN[i].url,
                                         .admins = KNOWN[i].admins,
                                         .count = -1 };
        if (item->seen) see(&seeing, item);
        else tick_of(&seeing, op->now_ms, item);
        out->done += item->done;
    }
    return true;
}

/* --- ticking --- */

struct ticking {
    const char *key, *note;
};

static bool tick_in_tx(struct tx *tx, void *arg, struct error *err) {
    const struct ticking *ticking = arg;
    bool fine = ticking->note == NULL ? readiness_sql_remove(tx, ticking->key, err)
                                      : readiness_sql_put(tx, ticking->key, ticking->note, err);
    return fine && audit_add(tx, ticking->note == NULL ? "readiness.unticked" : "readiness.ticked",
                             arena_printf(tx_op(tx)->arena, "readiness/%s", ticking->key), NULL, err);
}

bool readiness_tick(struct op *op, const char *key, const char *note, struct error *err) {
    struct ticking ticking = { 0 };
    if (!permission_check(op, PERM_SCHEDULE, err)) return false;
    for (size_t i = 0; i < KNOWN_COUNT; i++) {
        if (!KNOWN[i].seen && str_eq(KNOWN[i].key, key)) ticking.key = KNOWN[i].key;
    }
    if (ticking.key == NULL) return ERROR(err, ERR_NOT_FOUND, "readiness.not_found", "%s", key);
    if (note != NULL) ticking.note = field_text(op, "note", note, READINESS_NOTE_MAX, FIELD_REQUIRED);
    if (op->fields.count > 0) return OP_INVALID(op, err);
    return store_write(op, tick_in_tx, &ticking, err);
}

json_t *readiness_json(struct op *op, const struct readiness *readiness) {
    json_t *object = json_obj(op->arena), *items = json_array();
    for (size_t i = 0; i < readiness->count; i++) {
        const struct readiness_item *item = &readiness->items[i];
        json_t *row = json_object();
        json_put_text(row, "key", item->key);
        json_put_text(row, "area", item->area);
        json_put_text(row, "title", i18n_text(op->lang, arena_printf(op->arena, "readiness.item.%s", item->key)));
        json_put_bool(row, "seen", item->seen);
        json_put_bool(row, "done", item->done);
        json_put_bool(row, "old", item->old);
        json_put_text(row, "note", item->note);
        json_put_text(row, "by", item->by);
        json_put_text(row, "at", item->at_ms == 0 ? NULL : when_rfc3339(op->arena, item->at_ms));
        json_push(items, row);
    }
    json_put_i64(object, "done", (int64_t)readiness->done);
    json_put_i64(object, "count", (int64_t)readiness->count);
    json_put(object, "items", items);
    return object;
}
