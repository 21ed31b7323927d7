/* Alerts: lists, and what people do with one. Taking them in is ingest.c; the review of many is review.c. */
#include "alert/ingest_internal.h"

#include "base/arena.h"
#include "base/field.h"
#include "base/id.h"
#include "base/json.h"
#include "base/str.h"
#include "incident/draft.h"
#include "people/permission.h"
#include "text/when.h"

const char *const ALERT_CLASSES[] = { "acted", "flapped", "threshold", "duplicate", "obsolete", NULL };

struct asking {
    const struct alert_query *query;
    struct alert_list list;
    int64_t id, from, until;
    const char *class; /* to be given */
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

/* A filter that nothing can match is a mistake, not an empty list. */
static bool check_query(struct op *op, const struct alert_query *query, struct error *err) {
    static const char *const STATES[] = { "open", "firing", "acknowledged", "resolved", NULL };
    if (query->state != NULL) (void)field_one_of(op, "state", query->state, STATES, FIELD_OPTIONAL);
    if (query->class != NULL && !str_eq(query->class, "none")) {
        (void)field_one_of(op, "class", query->class, ALERT_CLASSES, FIELD_OPTIONAL);
    }
    return op->fields.count == 0 || OP_INVALID(op, err);
}

bool alert_list(struct op *op, const struct alert_query *query, struct alert_list *out, struct error *err) {
    struct asking asking = { .query = query };
    if (!permission_check(op, PERM_READ, err) || !check_query(op, query, err) || !store_read(op, list_tx, &asking, err))
        return false;
    *out = asking.list;
    return true;
}

static bool find(struct tx *tx, int64_t id, struct alert *out, struct error *err) {
    bool found;
    if (!alert_row_find(tx, id, out, &found, err)) return false;
    return found || ERROR(err, ERR_NOT_FOUND, "alert.unknown", "%lld", (long long)id);
}

static bool find_tx(struct tx *tx, void *arg, struct error *err) {
    struct asking *asking = arg;
    return find(tx, asking->id, &asking->alert, err);
}

bool alert_find(struct op *op, int64_t id, struct alert *out, struct error *err) {
    struct asking asking = { .id = id };
    if (!permission_check(op, PERM_READ, err) || !store_read(op, find_tx, &asking, err)) return false;
    *out = asking.alert;
    return true;
}

/* --- what people do with one --- */

/* After it was changed by a person. */
static bool save(struct tx *tx, struct alert *alert, const char *action, struct error *err) {
    struct op *op = tx_op(tx);
    char id[ID_TEXT_SIZE];
    const char *open_key =
        alert->state == ALERT_RESOLVED
            ? NULL
            : arena_printf(op->arena, "%lld|%.255s", (long long)alert->integration_id, alert->fingerprint);
    tx_on_commit(tx, "alerts");
    alert->version++;
    return alert_row_update(tx, alert, open_key, err) &&
           audit_add(tx, action, arena_printf(op->arena, "alert/%s", id_text(alert->id, id)), alert_json(op, alert),
                     err);
}

static bool classify_tx(struct tx *tx, void *arg, struct error *err) {
    struct asking *asking = arg;
    struct op *op = tx_op(tx);
    struct alert *alert = &asking->alert;
    if (!find(tx, asking->id, alert, err)) return false;
    alert->class = asking->class;
    alert->class_by = op->actor->name;
    alert->class_at = op->now_ms;
    return save(tx, alert, "alert.classed", err);
}

bool alert_classify(struct op *op, int64_t id, const char *class, struct alert *out, struct error *err) {
    if (!permission_check(op, PERM_RESPOND, err)) return false;
    if (field_one_of(op, "class", class, ALERT_CLASSES, FIELD_REQUIRED) < 0) return OP_INVALID(op, err);
    struct asking asking = { .id = id, .class = class };
    if (!store_write(op, classify_tx, &asking, err)) return false;
    *out = asking.alert;
    return true;
}

struct acting {
    int64_t id;
    const char *ref;
    const struct alert_declaration *declaration;
    struct alert alert;
};

static bool put_to(struct tx *tx, struct alert *alert, const struct incident *incident, const char *outcome,
                   struct error *err) {
    int64_t before = alert->incident_id;
    alert->incident_id = incident->id;
    alert->incident_ref = incident->ref;
    alert->incident_state = incident_state_name(incident->state);
    alert->outcome = outcome;
    bool moved = before != 0 && before != incident->id;
    return save(tx, alert, "alert.attached", err) &&
           (!moved || place_event(tx, before, "alert.event.moved", alert, err)) &&
           place_event(tx, incident->id, "alert.event.attached", alert, err);
}

static bool attach_tx(struct tx *tx, void *arg, struct error *err) {
    struct acting *acting = arg;
    struct incident incident;
    if (!find(tx, acting->id, &acting->alert, err) || !incident_by_ref(tx, acting->ref, &incident, err)) return false;
    if (incident.state == INCIDENT_MERGED) return ERROR(err, ERR_CONFLICT, "alert.merged", "%s", incident.ref);
    if (acting->alert.incident_id == incident.id) return true;
    return put_to(tx, &acting->alert, &incident, "attached", err);
}

bool alert_attach(struct op *op, int64_t id, const char *ref, struct alert *out, struct error *err) {
    struct acting acting = { .id = id, .ref = ref };
    if (!permission_check(op, PERM_RESPOND, err)) return false;
    if (str_blank(ref)) {
        op_field_error(op, "incident", "required", NULL);
        return OP_INVALID(op, err);
    }
    if (!store_write(op, attach_tx, &acting, err)) return false;
    *out = acting.alert;
    return true;
}

static const char *either(const char *wanted, const char *otherwise) {
    return str_blank(wanted) ? otherwise : wanted;
}

static bool declare_tx(struct tx *tx, void *arg, struct error *err) {
    struct acting *acting = arg;
    struct op *op = tx_op(tx);
    struct alert *alert = &acting->alert;
    struct incident incident;
    op->fields = (struct field_errors){ 0 };
    if (!find(tx, acting->id, alert, err)) return false;
    if (alert->incident_id != 0) {
        if (!incident_by_id(tx, alert->incident_id, &incident, err)) return false;
        if (incident_is_open(incident.state)) return ERROR(err, ERR_CONFLICT, "alert.has_incident", "%s", incident.ref);
    }
    const struct alert_declaration *wanted = acting->declaration;
    struct incident_draft draft = {
        .title = str_blank(wanted->title) ? place_fitting(op->arena, alert->title, DRAFT_TITLE_MAX) : wanted->title,
        .symptom = place_fitting(op->arena, alert->description, DRAFT_LINE_MAX),
        .severity = either(wanted->severity, alert->severity),
        .service = either(wanted->service, alert->service_key),
        .detection = "monitoring",
        .kind = "normal",
    };
    place_times(op->arena, alert, &draft);
    return incident_declare_tx(tx, &draft, &incident, err) && put_to(tx, alert, &incident, "declared", err) &&
           place_began(tx, alert, err);
}

bool alert_declare(struct op *op, int64_t id, const struct alert_declaration *declaration, struct alert *out,
                   struct error *err) {
    struct acting acting = { .id = id, .declaration = declaration };
    if (!permission_check(op, PERM_RESPOND, err) || !store_write(op, declare_tx, &acting, err)) return false;
    *out = acting.alert;
    return true;
}

/* --- accuracy --- */

static bool accuracy_tx(struct tx *tx, void *arg, struct error *err) {
    struct asking *asking = arg;
    return alert_rows_accuracy(tx, asking->from, asking->until, &asking->accuracy, err);
}

bool alert_accuracy_tx(struct tx *tx, int64_t from, int64_t until, struct alert_accuracy *out, struct error *err) {
    return alert_rows_accuracy(tx, from, until, out, err);
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
    json_put_text(json, "source", alert->source);
    json_put_text(json, "name", alert->name);
    json_put_text(json, "fingerprint", alert->fingerprint);
    json_put_text(json, "group", alert->group_hash);
    json_put_text(json, "state", alert_state_name(alert->state));
    json_put_text(json, "title", alert->title);
    json_put_text(json, "description", alert->description);
    json_put_text(json, "severity", alert->severity);
    json_put_text(json, "service", alert->service_key);
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
    json_put_i64(json, "hidden", alert->hidden);
    json_put_text(json, "class", alert->class);
    json_put_text(json, "class_by", alert->class_by);
    json_put_i64(json, "version", alert->version);
    return json;
}
