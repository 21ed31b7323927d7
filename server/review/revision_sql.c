/* Revisions and approvals as rows; and the reads on them that need no rule. */
#include "review/review_internal.h"

#include "base/arena.h"
#include "base/id.h"
#include "base/str.h"

#include <string.h>

SQL(REVISION_INSERT, "iittttI", "",
    "INSERT INTO document_revision (document_id, number, reason, content, hash, made_by, made_at) "
    "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)");

SQL(REVISION_LIST, "i", "ittttI",
    "SELECT number, reason, content, hash, made_by, made_at FROM document_revision WHERE document_id = ?1 "
    "ORDER BY number DESC LIMIT 100");

SQL(REVISION_BY_HASH, "t", "iitit",
    "SELECT r.number, r.made_at, d.kind, d.revision, i.ref FROM document_revision r "
    "JOIN document d ON d.id = r.document_id JOIN incident i ON i.id = d.incident_id "
    "WHERE r.hash = ?1 ORDER BY r.number DESC LIMIT 1");

SQL(APPROVAL_INSERT, "iiiItttTi", "",
    "INSERT INTO document_approval (id, document_id, revision, user_id, person, role, decision, note, decided_at) "
    "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)");

SQL(APPROVAL_LIST, "i", "itttTi",
    "SELECT revision, person, role, decision, note, decided_at FROM document_approval WHERE document_id = ?1 "
    "ORDER BY id LIMIT 200");

static const struct sql *const STATEMENTS[] = { &REVISION_INSERT, &REVISION_LIST, &REVISION_BY_HASH, &APPROVAL_INSERT,
                                                &APPROVAL_LIST };
const struct sql_list REVISION_STATEMENTS = { "review/revision", STATEMENTS, sizeof STATEMENTS / sizeof *STATEMENTS };

bool revision_row_insert(struct tx *tx, const struct revision *r, struct error *err) {
    return tx_exec(tx, &REVISION_INSERT,
                   ARGS(I64(r->document_id), I64(r->number), TXT(r->reason), TXT(r->content), TXT(r->hash),
                        TXT(r->made_by), I64(r->made_at)),
                   NULL, err);
}

bool approval_row_insert(struct tx *tx, int64_t document_id, const struct approval *approval, struct error *err) {
    const struct op *op = tx_op(tx);
    return tx_exec(tx, &APPROVAL_INSERT,
                   ARGS(I64(id_new(op->now_ms)), I64(document_id), I64(approval->revision), OPT_ID(op->actor->user_id),
                        TXT(approval->person), TXT(approval->role), TXT(approval->decision), OPT_TXT(approval->note),
                        I64(approval->decided_at)),
                   NULL, err);
}

struct reading {
    int64_t document_id;
    const char *text;
    struct approval_list approvals;
    struct revision_list revisions;
    struct revision_check check;
};

bool approval_rows_load(struct tx *tx, int64_t document_id, struct approval_list *out, struct error *err) {
    struct rows rows;
    if (!tx_query(tx, &APPROVAL_LIST, ARGS(I64(document_id)), &rows, err)) return false;
    *out = (struct approval_list){ ARENA_ARRAY(tx_op(tx)->arena, rows.count, struct approval), 0 };
    while (rows_next(&rows)) {
        out->items[out->count++] = (struct approval){ rows_i64(&rows, 0),  rows_text(&rows, 1), rows_text(&rows, 2),
                                                      rows_text(&rows, 3), rows_text(&rows, 4), rows_i64(&rows, 5) };
    }
    return true;
}

static bool read_approvals(struct tx *tx, void *arg, struct error *err) {
    struct reading *reading = arg;
    return approval_rows_load(tx, reading->document_id, &reading->approvals, err);
}

bool document_approvals(struct op *op, int64_t document_id, struct approval_list *out, struct error *err) {
    struct reading reading = { .document_id = document_id };
    if (!store_read(op, read_approvals, &reading, err)) return false;
    *out = reading.approvals;
    return true;
}

static bool read_revisions(struct tx *tx, void *arg, struct error *err) {
    struct reading *reading = arg;
    struct rows rows;
    if (!tx_query(tx, &REVISION_LIST, ARGS(I64(reading->document_id)), &rows, err)) return false;
    struct revision_list list = { ARENA_ARRAY(tx_op(tx)->arena, rows.count, struct revision), 0 };
    while (rows_next(&rows)) {
        list.items[list.count++] =
            (struct revision){ reading->document_id, rows_i64(&rows, 0),  rows_text(&rows, 1), rows_text(&rows, 2),
                               rows_text(&rows, 3),  rows_text(&rows, 4), rows_i64(&rows, 5) };
    }
    reading->revisions = list;
    return true;
}

bool document_revisions(struct op *op, int64_t document_id, struct revision_list *out, struct error *err) {
    struct reading reading = { .document_id = document_id };
    if (!store_read(op, read_revisions, &reading, err)) return false;
    *out = reading.revisions;
    return true;
}

static bool read_hash(struct tx *tx, void *arg, struct error *err) {
    struct reading *reading = arg;
    struct rows row;
    bool found;
    if (!tx_query_one(tx, &REVISION_BY_HASH, ARGS(TXT(reading->text)), &row, &found, err)) return false;
    reading->check = (struct revision_check){ .found = found };
    if (!found) return true;
    reading->check.number = rows_i64(&row, 0);
    reading->check.made_at = rows_i64(&row, 1);
    reading->check.kind = str_eq(rows_text(&row, 2), "retro") ? DOCUMENT_RETRO : DOCUMENT_REPORT;
    reading->check.newest = rows_i64(&row, 3) == reading->check.number;
    reading->check.incident_ref = rows_text(&row, 4);
    return true;
}

bool document_check_hash(struct op *op, const char *hash, struct revision_check *out, struct error *err) {
    if (strlen(hash) != 64 || strspn(hash, "0123456789abcdef") != 64) { /* not one of ours: no need to look */
        *out = (struct revision_check){ .found = false };
        return true;
    }
    struct reading reading = { .text = hash };
    if (!store_read(op, read_hash, &reading, err)) return false;
    *out = reading.check;
    return true;
}
