/* Alerts come in: store, group, place. See alert.h for the promises.
 *
 * Order does not matter: an event older than what an alert already knows is stale and changes nothing but a
 * count. One group has at most one open incident, so a storm of one group declares once. */
#include "alert/ingest_internal.h"
#include "alert/receipt.h"

#include "base/arena.h"
#include "base/id.h"
#include "base/json.h"
#include "base/secret.h"
#include "base/str.h"
#include "people/permission.h"
#include "policy/policy.h"

#include <pthread.h>
#include <string.h>

enum { LABELS_MAX = 16 * 1024, NAME_BYTES = 200 };

static const char *group_hash(struct arena *arena, const struct alert_event *event) {
    const char *group = event->group == NULL ? event->fingerprint : event->group;
    char hash[SECRET_HASH_SIZE];
    secret_sha256(group, strlen(group), hash);
    return arena_str(arena, hash);
}

static const char *open_key(struct arena *arena, const struct ingest *ingest, const char *fingerprint) {
    return arena_printf(arena, "%lld|%.255s", (long long)ingest->integration->id, fingerprint);
}

/* --- one event --- */

/* What a review calls "the same alert". */
static const char *name_of(const struct alert_event *event) {
    const char *name = json_text(event->labels, "alertname");
    return str_blank(name) || strlen(name) > NAME_BYTES ? event->title : name;
}

static bool open_alert(struct tx *tx, struct ingest *ingest, const struct alert_event *event, struct error *err) {
    struct op *op = tx_op(tx);
    const char *labels = event->labels == NULL ? "{}" : json_dump(op->arena, event->labels);
    struct alert alert = { .id = id_new(op->now_ms),
                           .integration_id = ingest->integration->id,
                           .name = name_of(event),
                           .fingerprint = event->fingerprint,
                           .state = ALERT_FIRING,
                           .title = event->title,
                           .description = event->description,
                           .labels = strlen(labels) > LABELS_MAX ? "{}" : labels,
                           .link = event->link,
                           .group_hash = group_hash(op->arena, event),
                           .starts_at = event->starts_at == 0 ? op->now_ms : event->starts_at,
                           .first_seen_at = op->now_ms,
                           .last_seen_at = op->now_ms,
                           .occurrences = 1,
                           .hidden = ingest->hidden,
                           .version = 1 };
    if (!place_alert(tx, ingest, event, &alert, err)) return false;
    ingest->result.opened++;
    ingest->verdict.result = "opened";
    ingest->verdict.outcome = alert.outcome;
    tx_on_commit(tx, "alerts");
    if (!alert_row_insert(tx, &alert, open_key(op->arena, ingest, alert.fingerprint), err)) return false;
    if (alert.incident_id == 0) return true;
    return place_event(tx, alert.incident_id, "alert.event.firing", &alert, err) &&
           (!str_eq(alert.outcome, "declared") || place_began(tx, &alert, err));
}

static bool close_alert(struct tx *tx, struct ingest *ingest, struct alert *alert, int64_t at, struct error *err) {
    struct op *op = tx_op(tx);
    alert->state = ALERT_RESOLVED;
    alert->resolved_at = at == 0 || at > op->now_ms ? op->now_ms : at;
    alert->last_seen_at = op->now_ms;
    ingest->result.resolved++;
    ingest->verdict.result = "resolved";
    tx_on_commit(tx, "alerts");
    if (!alert_row_update(tx, alert, NULL, err)) return false;
    if (alert->incident_id == 0) return true;
    return place_event(tx, alert->incident_id, "alert.event.resolved", alert, err) &&
           place_acknowledged(tx, ingest, alert, err);
}

static bool repeat(struct tx *tx, struct ingest *ingest, const struct alert_event *event, struct alert *alert,
                   struct error *err) {
    struct op *op = tx_op(tx);
    alert->title = event->title;
    alert->last_seen_at = op->now_ms;
    alert->occurrences++;
    if (alert->hidden != ingest->hidden && alert->incident_id != 0) {
        tx_on_commit(tx, arena_printf(op->arena, "incident/%lld", (long long)alert->incident_id));
        tx_on_commit(tx, arena_printf(op->arena, "incident/%s", alert->incident_ref));
    }
    alert->hidden = ingest->hidden;
    ingest->result.repeated++;
    ingest->verdict.result = "repeated";
    return alert_row_update(tx, alert, open_key(op->arena, ingest, alert->fingerprint), err);
}

/* Firing news about something that ended at or after this firing began is late mail. */
static bool is_stale(const struct alert_event *event, const struct alert *last) {
    return event->starts_at != 0 && last->state == ALERT_RESOLVED && event->starts_at <= last->starts_at;
}

static bool take_firing(struct tx *tx, struct ingest *ingest, const struct alert_event *event, struct alert *open,
                        bool is_open, struct error *err) {
    if (is_open) return repeat(tx, ingest, event, open, err);
    struct alert last;
    bool found;
    if (!alert_row_last(tx, ingest->integration->id, event->fingerprint, &last, &found, err)) return false;
    if (found && is_stale(event, &last)) {
        ingest->result.stale++;
        return true;
    }
    return open_alert(tx, ingest, event, err);
}

/* Resolved news of an alert never seen firing is kept as resolved, so that the firing message behind it is known to
 * be late. */
static bool remember_resolved(struct tx *tx, struct ingest *ingest, const struct alert_event *event,
                              struct error *err) {
    struct op *op = tx_op(tx);
    struct alert last;
    bool found;
    if (!alert_row_last(tx, ingest->integration->id, event->fingerprint, &last, &found, err)) return false;
    ingest->result.stale++;
    if (found || event->starts_at == 0) return true;
    struct alert alert = { .id = id_new(op->now_ms),
                           .integration_id = ingest->integration->id,
                           .name = name_of(event),
                           .fingerprint = event->fingerprint,
                           .state = ALERT_RESOLVED,
                           .title = event->title,
                           .labels = "{}",
                           .group_hash = group_hash(op->arena, event),
                           .outcome = "recorded",
                           .starts_at = event->starts_at,
                           .first_seen_at = op->now_ms,
                           .last_seen_at = op->now_ms,
                           .resolved_at = event->ends_at == 0 ? op->now_ms : event->ends_at,
                           .occurrences = 1,
                           .version = 1 };
    return alert_row_insert(tx, &alert, NULL, err);
}

static bool take(struct tx *tx, struct ingest *ingest, const struct alert_event *event, struct error *err) {
    struct op *op = tx_op(tx);
    struct alert open;
    bool is_open;
    const char *key = open_key(op->arena, ingest, event->fingerprint);
    ingest->verdict = (struct alert_verdict){ .result = "stale", .rule = -1 };
    if (!alert_row_open(tx, key, &open, &is_open, err)) return false;
    if (is_open) ingest->verdict.incident_ref = open.incident_ref;
    bool of_earlier =
        is_open && event->state == ALERT_RESOLVED && event->ends_at != 0 && event->ends_at < open.starts_at;
    if (of_earlier) { /* late mail: what it ended, something newer has taken the place of */
        ingest->result.stale++;
        return true;
    }
    switch (event->state) {
    case ALERT_FIRING: return take_firing(tx, ingest, event, &open, is_open, err);
    case ALERT_RESOLVED:
        return is_open ? close_alert(tx, ingest, &open, event->ends_at, err)
                       : remember_resolved(tx, ingest, event, err);
    case ALERT_ACKNOWLEDGED:
        if (!is_open || open.state == ALERT_ACKNOWLEDGED) {
            ingest->result.stale++;
            return true;
        }
        open.state = ALERT_ACKNOWLEDGED;
        open.last_seen_at = op->now_ms;
        ingest->result.acknowledged++;
        ingest->verdict.result = "acknowledged";
        return alert_row_update(tx, &open, key, err) && place_acknowledged(tx, ingest, &open, err);
    default: die("unknown alert state");
    }
}

static bool resolve_group(struct tx *tx, struct ingest *ingest, const char *group, struct error *err) {
    struct alert_event probe = { .group = group };
    struct alert_list list;
    if (!alert_rows_open_of_group(tx, ingest->integration->id, group_hash(tx_op(tx)->arena, &probe), &list, err))
        return false;
    for (size_t i = 0; i < list.count; i++) {
        if (!close_alert(tx, ingest, &list.items[i], 0, err)) return false;
    }
    return true;
}

bool alert_ingest_tx(struct tx *tx, const struct integration *integration, const struct alert_batch *batch,
                     struct alert_result *out, struct error *err) {
    struct op *op = tx_op(tx);
    json_t *rules;
    struct ingest ingest = { .integration = integration, .hidden = batch->hidden };
    if (!policy_current(tx, &ingest.policy, err) ||
        !json_parse(op->arena, integration->rules, strlen(integration->rules), &rules, err)) {
        return false;
    }
    ingest.rules = rules;
    for (size_t i = 0; i < batch->count; i++) {
        if (!take(tx, &ingest, &batch->events[i], err)) return false;
        if (batch->verdicts != NULL) batch->verdicts[i] = ingest.verdict;
    }
    if (batch->resolved_group != NULL && !resolve_group(tx, &ingest, batch->resolved_group, err)) return false;
    *out = ingest.result;
    return true;
}

/* --- a whole request --- */

struct ingesting {
    const struct integration *integration;
    const struct alert_batch *batch;
    struct alert_result result;
};

static bool ingest_tx(struct tx *tx, void *arg, struct error *err) {
    struct ingesting *ingesting = arg;
    const struct alert_batch *batch = ingesting->batch;
    if (!alert_ingest_tx(tx, ingesting->integration, batch, &ingesting->result, err)) return false;
    struct receipt receipt = { .detail = batch->trouble,
                               .accepted = (int64_t)batch->count,
                               .malformed = (int64_t)batch->malformed,
                               .hidden = batch->hidden,
                               .result = ingesting->result };
    return receipt_add(tx, ingesting->integration->id, &receipt, err);
}

/* Requests of one sender at once write to the same rows. SQLite's one writer takes them together; on PostgreSQL they
 * would undo each other, however often they are run again, so there they wait for their turn in this process. */
static pthread_mutex_t turn = PTHREAD_MUTEX_INITIALIZER;

/* What a sender does stands under its name in timelines and in the audit log. */
static bool as_sender(struct op *op, tx_fn run, struct ingesting *ingesting, struct error *err) {
    const struct actor *actor = op->actor;
    struct actor sender = *actor_of_system();
    sender.name = ingesting->integration->name;
    sender.remote = actor == NULL ? NULL : actor->remote;
    op->actor = &sender;
    bool done = store_write(op, run, ingesting, err);
    op->actor = actor;
    return done;
}

bool alert_ingest(struct op *op, const struct integration *integration, const struct alert_batch *batch,
                  struct alert_result *out, struct error *err) {
    struct ingesting ingesting = { integration, batch, { 0 } };
    bool alone = store_engine(op->store) == STORE_POSTGRES;
    if (alone) pthread_mutex_lock(&turn);
    bool done = as_sender(op, ingest_tx, &ingesting, err);
    /* of two nodes with the same news the slower finds it there: that is news it has to look at again */
    if (!done && err->kind == ERR_CONFLICT) done = as_sender(op, ingest_tx, &ingesting, err);
    if (alone) pthread_mutex_unlock(&turn);
    if (done) *out = ingesting.result;
    else if (err->kind == ERR_CONFLICT) err->kind = ERR_BUSY; /* a sender that is told 409 gives up */
    return done;
}

/* The transaction fails on purpose, so that nothing of it stays. */
#define TRIED "alert.tried"

static bool try_tx(struct tx *tx, void *arg, struct error *err) {
    struct ingesting *ingesting = arg;
    if (!alert_ingest_tx(tx, ingesting->integration, ingesting->batch, &ingesting->result, err)) return false;
    return ERROR(err, ERR_CONFLICT, TRIED, "nothing is kept");
}

bool alert_try(struct op *op, const struct integration *integration, const struct alert_batch *batch,
               struct error *err) {
    struct ingesting ingesting = { integration, batch, { 0 } };
    if (!permission_check(op, PERM_ADMIN, err)) return false;
    REQUIRE(batch->verdicts != NULL && !as_sender(op, try_tx, &ingesting, err));
    return str_eq(err->code, TRIED);
}
