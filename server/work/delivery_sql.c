/* Delivery: see delivery.h. */
#include "work/delivery.h"

#include "base/arena.h"
#include "base/clock.h"
#include "base/id.h"
#include "base/json.h"
#include "base/log.h"
#include "base/seal.h"
#include "ledger/ledger.h"
#include "net/retry.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>

static const int64_t FOREVER_MS = 253402300799000; /* 9999-12-31: until someone mends the destination */

SQL(SQL_TARGETS, "i", "iiI",
    "SELECT d.id, d.blocked_until, (SELECT o.due_at FROM outbox o WHERE o.destination_id = d.id AND o.state = 'ready' "
    "ORDER BY o.due_at LIMIT 1) FROM destination d WHERE d.enabled = 1 ORDER BY d.id LIMIT ?1");
SQL(SQL_TARGETS_EXACT, "i", "iiI",
    "SELECT d.id, d.blocked_until, (SELECT MIN(CASE WHEN o.lease_until > o.due_at THEN o.lease_until ELSE o.due_at "
    "END) "
    "FROM outbox o WHERE o.destination_id = d.id AND o.state = 'ready' AND NOT EXISTS (SELECT 1 FROM outbox p "
    "WHERE p.destination_id = d.id AND p.order_key = o.order_key AND p.state = 'ready' AND p.id < o.id)) "
    "FROM destination d WHERE d.enabled = 1 ORDER BY d.id LIMIT ?1");

/* The outer conditions repeat the inner ones, so that of two nodes that saw the same rows only one gets each. */
SQL(SQL_CLAIM, "itiii", "i",
    "UPDATE outbox SET lease_owner = ?2, lease_until = ?3 WHERE id IN (SELECT o.id FROM outbox o "
    "WHERE o.destination_id = ?1 AND o.state = 'ready' AND o.due_at <= ?4 AND o.lease_until <= ?4 "
    "AND NOT EXISTS (SELECT 1 FROM outbox p WHERE p.destination_id = ?1 AND p.order_key = o.order_key "
    "AND p.state = 'ready' AND p.id < o.id) ORDER BY o.due_at, o.id LIMIT ?5) "
    "AND state = 'ready' AND lease_until <= ?4 RETURNING id");
SQL(SQL_LOAD, "it", "iiiittTttttTi",
    "SELECT o.id, o.destination_id, o.created_at, o.attempts, o.topic, o.order_key, o.severity, o.payload, d.name, "
    "d.connector, d.config, d.secret, o.give_up_at FROM outbox o JOIN destination d ON d.id = o.destination_id "
    "WHERE o.id = ?1 AND o.lease_owner = ?2 AND o.state = 'ready'");
SQL(SQL_SETTLE, "ittiTI", "i",
    "UPDATE outbox SET state = ?3, attempts = attempts + 1, due_at = ?4, last_error = ?5, finished_at = ?6, "
    "lease_owner = NULL, lease_until = 0 WHERE id = ?1 AND lease_owner = ?2 AND state = 'ready' RETURNING id");
SQL(SQL_BLOCK, "iitii", "i",
    "UPDATE destination SET blocked_until = ?2, blocked_reason = ?3, enabled = ?4, version = version + 1, updated_at = "
    "?5 "
    "WHERE id = ?1 AND enabled = 1 AND blocked_until < ?2 RETURNING version");

SQL(SQL_RELEASE, "", "",
    "UPDATE outbox SET lease_owner = NULL, lease_until = 0 WHERE state = 'ready' AND lease_until > 0");

static const struct sql *const STATEMENTS[] = { &SQL_TARGETS, &SQL_TARGETS_EXACT, &SQL_CLAIM,  &SQL_LOAD,
                                                &SQL_SETTLE,  &SQL_BLOCK,         &SQL_RELEASE };
const struct sql_list DELIVERY_STATEMENTS = { "work", STATEMENTS, sizeof STATEMENTS / sizeof *STATEMENTS };

/* --- what to send --- */

struct targets_read {
    const struct sql *sql;
    struct targets *out;
};

static bool read_targets(struct tx *tx, void *arg, struct error *err) {
    const struct targets_read *read = arg;
    struct rows rows;
    if (!tx_query(tx, read->sql, ARGS(I64(TARGETS_MAX)), &rows, err)) return false;
    for (read->out->count = 0; rows_next(&rows);) {
        if (rows_is_null(&rows, 2)) continue;
        int64_t blocked = rows_i64(&rows, 1), due = rows_i64(&rows, 2);
        read->out->list[read->out->count++] = (struct target){ rows_i64(&rows, 0), blocked > due ? blocked : due };
    }
    return true;
}

bool delivery_targets(struct op *op, bool exact, struct targets *out, struct error *err) {
    struct targets_read read = { exact ? &SQL_TARGETS_EXACT : &SQL_TARGETS, out };
    return store_read(op, read_targets, &read, err);
}

static bool take(struct tx *tx, void *arg, struct error *err) {
    struct claim *claim = arg;
    struct rows rows;
    int64_t now = tx_op(tx)->now_ms;
    if (!tx_query(tx, &SQL_CLAIM,
                  ARGS(I64(claim->destination_id), TXT(claim->owner), I64(now + LEASE_MS), I64(now), I64(claim->limit)),
                  &rows, err)) {
        return false;
    }
    for (claim->count = 0; rows_next(&rows);) claim->ids[claim->count++] = rows_i64(&rows, 0);
    return true;
}

bool delivery_claim(struct op *op, struct claim *claim, struct error *err) {
    REQUIRE(claim->limit >= 1 && claim->limit <= CLAIM_MAX);
    return store_write(op, take, claim, err);
}

static bool release(struct tx *tx, void *arg, struct error *err) {
    (void)arg;
    return tx_engine(tx) != STORE_SQLITE || tx_exec(tx, &SQL_RELEASE, NO_ARGS, NULL, err);
}

bool delivery_start(struct op *op, struct error *err) {
    return store_write(op, release, NULL, err);
}

/* --- one delivery --- */

struct running {
    int64_t id;
    const char *owner;
    const struct connector *const *connectors;
    bool found;
    struct delivery delivery;
    const char *connector_name, *payload, *config;
    int64_t give_up_at;
    const struct connector *connector; /* NULL: not one we know */
    struct outcome outcome;
    /* decided before the transaction that records it */
    const char *state;
    int64_t due_at, block_until;
    bool final;
};

static bool load(struct tx *tx, void *arg, struct error *err) {
    struct running *run = arg;
    struct rows row;
    if (!tx_query_one(tx, &SQL_LOAD, ARGS(I64(run->id), TXT(run->owner)), &row, &run->found, err)) return false;
    if (!run->found) return true;
    run->delivery = (struct delivery){
        .id = rows_i64(&row, 0),
        .destination_id = rows_i64(&row, 1),
        .created_at = rows_i64(&row, 2),
        .attempts = rows_i64(&row, 3),
        .topic = rows_text(&row, 4),
        .order_key = rows_text(&row, 5),
        .severity = rows_text(&row, 6),
        .destination = rows_text(&row, 8),
        .secret = rows_text(&row, 11),
    };
    run->payload = rows_text(&row, 7);
    run->connector_name = rows_text(&row, 9);
    run->config = rows_text(&row, 10);
    run->give_up_at = rows_i64(&row, 12);
    return true;
}

static bool parse(struct op *op, const char *text, const json_t **out) {
    struct error err;
    json_t *value = NULL;
    if (!json_parse(op->arena, text, strlen(text), &value, &err)) return false;
    *out = value;
    return true;
}

static void deliver(struct op *op, struct running *run) {
    struct error err;
    if (!seal_open(op->arena, run->delivery.secret, &run->delivery.secret, &err)) {
        run->outcome = (struct outcome){ .kind = OUTCOME_UNAUTHORIZED, .retry_after_ms = -1 };
        snprintf(run->outcome.reason, sizeof run->outcome.reason, "%s: set the secret again", err.code);
        return;
    }
    run->connector = connector_find(run->connectors, run->connector_name);
    if (run->connector == NULL || !parse(op, run->payload, &run->delivery.payload) ||
        !parse(op, run->config, &run->delivery.config)) {
        run->outcome = (struct outcome){ .kind = OUTCOME_REFUSED, .retry_after_ms = -1 };
        snprintf(run->outcome.reason, sizeof run->outcome.reason, "cannot deliver by %.60s", run->connector_name);
        return;
    }
    run->connector->deliver(op, &run->delivery, &run->outcome);
}

/* What the outcome means for the row and its destination. Randomness belongs here, outside of the transaction. */
static void decide(const struct op *op, struct running *run) {
    const struct outcome *outcome = &run->outcome;
    bool again = outcome->kind == OUTCOME_RETRY || outcome->kind == OUTCOME_SLOW_DOWN;
    int64_t wait = outcome->retry_after_ms >= 0 ? outcome->retry_after_ms + (int64_t)randombytes_uniform(1000)
                                                : retry_backoff_ms(run->delivery.attempts + 1);
    run->due_at = op->now_ms + wait;
    run->final = !again || run->due_at > run->give_up_at;
    run->state = !run->final ? "ready" : outcome->kind == OUTCOME_SENT ? "sent" : "dead";
    if (outcome->kind == OUTCOME_SLOW_DOWN && outcome->retry_after_ms >= 0) run->block_until = run->due_at;
    if (outcome->kind == OUTCOME_UNAUTHORIZED || outcome->kind == OUTCOME_GONE) run->block_until = FOREVER_MS;
}

static const char *subject(struct tx *tx, const char *what, int64_t id) {
    return arena_printf(tx_op(tx)->arena, "%s/%lld", what, (long long)id);
}

static bool block(struct tx *tx, const struct running *run, struct error *err) {
    struct rows row;
    bool first;
    bool enabled = run->outcome.kind != OUTCOME_GONE;
    int64_t id = run->delivery.destination_id;
    if (!tx_query_one(
            tx, &SQL_BLOCK,
            ARGS(I64(id), I64(run->block_until), TXT(run->outcome.reason), I64(enabled), I64(tx_op(tx)->now_ms)), &row,
            &first, err)) {
        return false;
    }
    if (!first || run->outcome.kind == OUTCOME_SLOW_DOWN) return true; /* told once, and slowing down is no news */
    json_t *detail = json_obj(tx_op(tx)->arena);
    json_put_text(detail, "reason", run->outcome.reason);
    tx_on_commit(tx, "destination");
    return audit_add(tx, enabled ? "destination.blocked" : "destination.gone", subject(tx, "destination", id), detail,
                     err);
}

static bool record(struct tx *tx, void *arg, struct error *err) {
    const struct running *run = arg;
    const struct op *op = tx_op(tx);
    struct rows row;
    bool mine;
    bool sent = run->outcome.kind == OUTCOME_SENT;
    if (!tx_query_one(tx, &SQL_SETTLE,
                      ARGS(I64(run->id), TXT(run->owner), TXT(run->state), I64(run->due_at),
                           OPT_TXT(sent ? NULL : run->outcome.reason), OPT_I64(run->final, op->now_ms)),
                      &row, &mine, err)) {
        return false;
    }
    if (!mine) return true; /* discarded meanwhile, or the lease went to another */
    if (run->block_until > 0 && !block(tx, run, err)) return false;
    if (!run->final) return true;
    if (!sent) {
        json_t *detail = json_obj(op->arena);
        json_put_text(detail, "reason", run->outcome.reason);
        json_put_text(detail, "destination", run->delivery.destination);
        tx_on_commit(tx, "outbox.dead");
        if (!audit_add(tx, "outbox.dead", subject(tx, "outbox", run->id), detail, err)) return false;
    }
    bool (*settled)(struct tx *, const struct delivery *, const struct outcome *, struct error *) =
        run->connector == NULL ? NULL : run->connector->settled;
    return settled == NULL || settled(tx, &run->delivery, &run->outcome, err);
}

static void log_outcome(const struct running *run) {
    char id[ID_TEXT_SIZE];
    if (run->outcome.kind == OUTCOME_SENT) return;
    log_event(LOG_WARN, run->final ? "delivery.dead" : "delivery.retry", "id", id_text(run->id, id), "destination",
              run->delivery.destination, "topic", run->delivery.topic, "reason", run->outcome.reason, NULL);
}

/* The peer has the message but we could not note what it gave: send it again later rather than lose the result. */
static bool record_again_later(struct op *op, struct running *run, const struct error *why) {
    struct error err;
    log_error("delivery.not_recorded", op->request_id, why);
    run->outcome = (struct outcome){ .kind = OUTCOME_RETRY, .retry_after_ms = -1 };
    snprintf(run->outcome.reason, sizeof run->outcome.reason, "not recorded: %.100s", why->code);
    run->block_until = 0;
    decide(op, run);
    return store_write(op, record, run, &err);
}

bool delivery_run(struct op *op, const struct connector *const *connectors, const char *owner, int64_t id,
                  struct delivered *out) {
    struct running *run = ARENA_NEW(op->arena, struct running);
    struct error err;
    *run = (struct running){ .id = id, .owner = owner, .connectors = connectors };
    *out = (struct delivered){ .outcome = { .kind = OUTCOME_SENT, .retry_after_ms = -1 } };
    if (!store_read(op, load, run, &err)) return false;
    if (!run->found) return true;
    int64_t began = clock_monotonic_ms();
    deliver(op, run);
    out->took_ms = clock_monotonic_ms() - began;
    out->outcome = run->outcome;
    decide(op, run);
    out->final = run->final;
    out->connector = run->connector;
    log_outcome(run);
    return store_write(op, record, run, &err) || record_again_later(op, run, &err);
}
