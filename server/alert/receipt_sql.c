/* Receipts: see receipt.h. */
#include "alert/receipt.h"
#include "alert/alert_sql.h"

#include "base/arena.h"
#include "base/json.h"
#include "people/permission.h"
#include "text/when.h"

const char *const RECEIPT_REASONS[] = { "credentials", "secret",     "doubled", "signature", "timestamp",
                                        "late",        "unreadable", "fields",  "too_large", NULL };

SQL(RECEIPT_NUMBER, "iii", "i",
    "UPDATE integration SET received = received + ?2, refused = refused + ?3, receipts = receipts + 1 WHERE id = ?1 "
    "RETURNING receipts");

SQL(RECEIPT_PUT, "iiiiTTiiiiiiiii", "",
    "INSERT INTO integration_receipt (integration_id, slot, number, at, reason, detail, accepted, malformed, opened, "
    "repeated, resolved, stale, declared, attached, hidden) "
    "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15) "
    "ON CONFLICT (integration_id, slot) DO UPDATE SET number = excluded.number, at = excluded.at, "
    "reason = excluded.reason, detail = excluded.detail, accepted = excluded.accepted, "
    "malformed = excluded.malformed, opened = excluded.opened, repeated = excluded.repeated, "
    "resolved = excluded.resolved, stale = excluded.stale, declared = excluded.declared, "
    "attached = excluded.attached, hidden = excluded.hidden");

SQL(RECEIPT_LIST, "ii", "iiTTiiiiiiiii",
    "SELECT number, at, reason, detail, accepted, malformed, opened, repeated, resolved, stale, declared, attached, "
    "hidden FROM integration_receipt WHERE integration_id = ?1 ORDER BY number DESC LIMIT ?2");

static const struct sql *const STATEMENTS[] = { &RECEIPT_NUMBER, &RECEIPT_PUT, &RECEIPT_LIST };
const struct sql_list RECEIPT_STATEMENTS = { "alert/receipt", STATEMENTS, sizeof STATEMENTS / sizeof *STATEMENTS };

bool receipt_add(struct tx *tx, int64_t integration_id, const struct receipt *r, struct error *err) {
    struct rows row;
    bool found;
    int64_t refused = r->malformed + (r->reason == NULL ? 0 : 1);
    if (!tx_query_one(tx, &RECEIPT_NUMBER, ARGS(I64(integration_id), I64(r->accepted), I64(refused)), &row, &found,
                      err)) {
        return false;
    }
    if (!found) return true;
    int64_t number = rows_i64(&row, 0);
    const struct alert_result *result = &r->result;
    return tx_exec(tx, &RECEIPT_PUT,
                   ARGS(I64(integration_id), I64(number % RECEIPTS_KEPT), I64(number), I64(tx_op(tx)->now_ms),
                        OPT_TXT(r->reason), OPT_TXT(r->detail), I64(r->accepted), I64(r->malformed),
                        I64(result->opened), I64(result->repeated), I64(result->resolved), I64(result->stale),
                        I64(result->declared), I64(result->attached), I64(r->hidden)),
                   NULL, err);
}

struct refusing {
    int64_t integration_id;
    struct receipt receipt;
};

static bool refuse_tx(struct tx *tx, void *arg, struct error *err) {
    const struct refusing *refusing = arg;
    return receipt_add(tx, refusing->integration_id, &refusing->receipt, err);
}

bool receipt_refuse(struct op *op, int64_t integration_id, const char *reason, const char *detail, struct error *err) {
    struct refusing refusing = { integration_id, { .reason = reason, .detail = detail } };
    return store_write(op, refuse_tx, &refusing, err);
}

struct listing {
    int64_t integration_id;
    struct receipt_list list;
};

static bool list_tx(struct tx *tx, void *arg, struct error *err) {
    struct listing *listing = arg;
    struct rows row;
    if (!tx_query(tx, &RECEIPT_LIST, ARGS(I64(listing->integration_id), I64(RECEIPTS_KEPT)), &row, err)) return false;
    listing->list = (struct receipt_list){ ARENA_ARRAY(tx_op(tx)->arena, row.count, struct receipt), 0 };
    while (rows_next(&row)) {
        listing->list.items[listing->list.count++] = (struct receipt){
            .number = rows_i64(&row, 0),
            .at = rows_i64(&row, 1),
            .reason = rows_text(&row, 2),
            .detail = rows_text(&row, 3),
            .accepted = rows_i64(&row, 4),
            .malformed = rows_i64(&row, 5),
            .result = { .opened = rows_i64(&row, 6),
                        .repeated = rows_i64(&row, 7),
                        .resolved = rows_i64(&row, 8),
                        .stale = rows_i64(&row, 9),
                        .declared = rows_i64(&row, 10),
                        .attached = rows_i64(&row, 11) },
            .hidden = rows_i64(&row, 12),
        };
    }
    return true;
}

bool receipt_list(struct op *op, int64_t integration_id, struct receipt_list *out, struct error *err) {
    struct listing listing = { .integration_id = integration_id };
    if (!permission_check(op, PERM_ADMIN, err) || !store_read(op, list_tx, &listing, err)) return false;
    *out = listing.list;
    return true;
}

json_t *receipt_json(struct op *op, const struct receipt *r) {
    json_t *json = json_obj(op->arena);
    json_put_text(json, "at", when_rfc3339(op->arena, r->at));
    json_put_text(json, "result", r->reason != NULL ? "refused" : r->malformed > 0 ? "partial" : "accepted");
    json_put_text(json, "reason", r->reason);
    json_put_text(json, "detail", r->detail);
    json_put_i64(json, "accepted", r->accepted);
    json_put_i64(json, "malformed", r->malformed);
    json_put_i64(json, "opened", r->result.opened);
    json_put_i64(json, "repeated", r->result.repeated);
    json_put_i64(json, "resolved", r->result.resolved);
    json_put_i64(json, "stale", r->result.stale);
    json_put_i64(json, "declared", r->result.declared);
    json_put_i64(json, "attached", r->result.attached);
    json_put_i64(json, "hidden", r->hidden);
    return json;
}
