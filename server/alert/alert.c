/* Alerts: lists, classes and accuracy (R-E4). Taking them in is ingest.c. */
#include "alert/alert_internal.h"

#include "base/arena.h"
#include "base/field.h"
#include "base/id.h"
#include "base/json.h"
#include "base/str.h"
#include "people/permission.h"
#include "text/when.h"

static const char *const CLASSES[] = { "acted", "flapped", "threshold", "duplicate", "obsolete", NULL };

struct asking {
    const struct alert_query *query;
    struct alert_list list;
    int64_t id, from, until;
    const char *class;
    struct alert alert;
    struct alert_accuracy accuracy;
};

static bool list_tx(struct tx *tx, void *arg, struct error *err) {
    struct asking *asking = arg;
    return alert_rows_list(tx, asking->query, &asking->list, err);
}

bool alert_list_tx(struct tx *tx, const struct alert_query *query, struct alert_list *out, struct error *err) {
    return alert_rows_list(tx, query, out, err);
}

bool alert_list(struct op *op, const struct alert_query *query, struct alert_list *out, struct error *err) {
    struct asking asking = { .query = query };
    if (!permission_check(op, PERM_READ, err) || !store_read(op, list_tx, &asking, err)) return false;
    *out = asking.list;
    return true;
}

static bool classify_tx(struct tx *tx, void *arg, struct error *err) {
    struct asking *asking = arg;
    struct op *op = tx_op(tx);
    bool found;
    char id[ID_TEXT_SIZE];
    if (!alert_row_find(tx, asking->id, &asking->alert, &found, err)) return false;
    if (!found) return ERROR(err, ERR_NOT_FOUND, "alert.unknown", "%lld", (long long)asking->id);
    struct alert *alert = &asking->alert;
    alert->class = asking->class;
    alert->class_by = op->actor->name;
    alert->class_at = op->now_ms;
    const char *open_key =
        alert->state == ALERT_RESOLVED
            ? NULL
            : arena_printf(op->arena, "%lld|%.255s", (long long)alert->integration_id, alert->fingerprint);
    tx_on_commit(tx, "alerts");
    return alert_row_update(tx, alert, open_key, err) &&
           audit_add(tx, "alert.classed", arena_printf(op->arena, "alert/%s", id_text(alert->id, id)),
                     alert_json(op, alert), err);
}

bool alert_classify(struct op *op, int64_t id, const char *class, struct alert *out, struct error *err) {
    if (!permission_check(op, PERM_RESPOND, err)) return false;
    if (field_one_of(op, "class", class, CLASSES, FIELD_REQUIRED) < 0) return OP_INVALID(op, err);
    struct asking asking = { .id = id, .class = class };
    if (!store_write(op, classify_tx, &asking, err)) return false;
    *out = asking.alert;
    return true;
}

static bool accuracy_tx(struct tx *tx, void *arg, struct error *err) {
    struct asking *asking = arg;
    return alert_rows_accuracy(tx, asking->from, asking->until, &asking->accuracy, err);
}

bool alert_accuracy(struct op *op, int64_t from, int64_t until, struct alert_accuracy *out, struct error *err) {
    struct asking asking = { .from = from, .until = until };
    if (!permission_check(op, PERM_READ, err) || !store_read(op, accuracy_tx, &asking, err)) return false;
    *out = asking.accuracy;
    return true;
}

static void put_when(struct op *op, json_t *json, const char *key, int64_t ms) {
    json_put_text(json, key, ms == 0 ? NULL : when_rfc3339(op->arena, ms));
}

json_t *alert_json(struct op *op, const struct alert *alert) {
    json_t *json = json_obj(op->arena);
    json_t *labels;
    struct error err;
    json_put_id(json, "id", alert->id);
    json_put_id(json, "integration", alert->integration_id);
    json_put_text(json, "fingerprint", alert->fingerprint);
    json_put_text(json, "state", alert_state_name(alert->state));
    json_put_text(json, "title", alert->title);
    json_put_text(json, "description", alert->description);
    json_put_text(json, "severity", alert->severity);
    json_put_text(json, "link", alert->link);
    json_put_text(json, "outcome", alert->outcome);
    json_put_text(json, "incident", alert->incident_ref);
    if (json_parse(op->arena, alert->labels, strlen(alert->labels), &labels, &err)) {
        json_put(json, "labels", json_incref(labels));
    }
    put_when(op, json, "starts_at", alert->starts_at);
    put_when(op, json, "first_seen_at", alert->first_seen_at);
    put_when(op, json, "last_seen_at", alert->last_seen_at);
    put_when(op, json, "resolved_at", alert->resolved_at);
    json_put_i64(json, "occurrences", alert->occurrences);
    json_put_text(json, "class", alert->class);
    json_put_text(json, "class_by", alert->class_by);
    json_put_i64(json, "version", alert->version);
    return json;
}
