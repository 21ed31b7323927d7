/* Audit log: rows are only ever added. See ledger.h and ledger_read.h. */
#include "ledger/ledger.h"
#include "ledger/ledger_read.h"
#include "ledger/ledger_sql.h"

#include "base/arena.h"
#include "base/id.h"
#include "base/json.h"
#include "base/str.h"

SQL(SQL_AUDIT_INSERT, "iitItTTttt", "",
    "INSERT INTO audit_entry (id, at, actor_kind, actor_id, actor_login, remote, request_id, action, subject, detail) "
    "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)");

/* One statement for each filter that leads an index; the other filters only narrow it down. */
#define AUDIT_COLUMNS                                                                                             \
    "SELECT id, at, actor_kind, COALESCE(actor_id, 0), actor_login, remote, request_id, action, subject, detail " \
    "FROM audit_entry "
#define AUDIT_NARROW                                                                                     \
    "(?1 IS NULL OR subject = ?1) AND (?2 IS NULL OR actor_login = ?2) AND (?3 IS NULL OR action = ?3) " \
    "AND id < ?4 ORDER BY id DESC LIMIT ?5"
SQL(SQL_AUDIT_ALL, "TTTii", "iititTTttt", AUDIT_COLUMNS "WHERE " AUDIT_NARROW);
SQL(SQL_AUDIT_BY_SUBJECT, "tTTii", "iititTTttt", AUDIT_COLUMNS "WHERE subject = ?1 AND " AUDIT_NARROW);
SQL(SQL_AUDIT_BY_ACTOR, "TtTii", "iititTTttt", AUDIT_COLUMNS "WHERE actor_login = ?2 AND " AUDIT_NARROW);
SQL(SQL_AUDIT_BY_ACTION, "TTtii", "iititTTttt", AUDIT_COLUMNS "WHERE action = ?3 AND " AUDIT_NARROW);

static const struct sql *const STATEMENTS[] = { &SQL_AUDIT_INSERT, &SQL_AUDIT_ALL, &SQL_AUDIT_BY_SUBJECT,
                                                &SQL_AUDIT_BY_ACTOR, &SQL_AUDIT_BY_ACTION };
const struct sql_list AUDIT_STATEMENTS = { "audit", STATEMENTS, sizeof STATEMENTS / sizeof *STATEMENTS };

static const char *kind_name(enum actor_kind kind) {
    static const char *const NAMES[] = { "nobody", "user", "token", "system", "command", "link" };
    return NAMES[kind];
}

bool audit_add(struct tx *tx, const char *action, const char *subject, const json_t *detail, struct error *err) {
    static const struct actor NOBODY = { .kind = ACTOR_NOBODY, .login = "nobody" };
    const struct op *op = tx_op(tx);
    const struct actor *actor = op->actor == NULL ? &NOBODY : op->actor;
    const char *login = actor->login == NULL ? kind_name(actor->kind) : actor->login;
    const char *json = detail == NULL ? "{}" : json_dump(op->arena, detail);
    tx_on_commit(tx, "audit"); /* every change passes here: what pages are cached against */
    tx_on_commit(tx, str_starts(subject, "incident/") ? subject : "audit.other");
    return tx_exec(tx, &SQL_AUDIT_INSERT,
                   ARGS(I64(id_new(op->now_ms)), I64(op->now_ms), TXT(kind_name(actor->kind)), OPT_ID(actor->user_id),
                        TXT(login), OPT_TXT(actor->remote), OPT_TXT(op->request_id), TXT(action), TXT(subject),
                        TXT(json)),
                   NULL, err);
}

static const struct sql *statement_for(const struct audit_filter *filter) {
    if (filter->subject != NULL) return &SQL_AUDIT_BY_SUBJECT;
    if (filter->actor != NULL) return &SQL_AUDIT_BY_ACTOR;
    return filter->action != NULL ? &SQL_AUDIT_BY_ACTION : &SQL_AUDIT_ALL;
}

/* An empty answer to a filter: the filter that no row has at all is named. */
static bool check_filter(struct tx *tx, const struct audit_filter *filter, struct error *err) {
    static const char *const NAMES[] = { "subject", "actor", "action" };
    const char *const values[] = { filter->subject, filter->actor, filter->action };
    static const struct sql *const STATEMENTS_BY[] = { &SQL_AUDIT_BY_SUBJECT, &SQL_AUDIT_BY_ACTOR,
                                                       &SQL_AUDIT_BY_ACTION };
    struct op *op = tx_op(tx);
    op->fields = (struct field_errors){ 0 }; /* a retried run starts clean */
    for (size_t i = 0; i < 3; i++) {
        struct rows row;
        if (values[i] == NULL) continue;
        if (!tx_query(tx, STATEMENTS_BY[i],
                      ARGS(OPT_TXT(i == 0 ? values[0] : NULL), OPT_TXT(i == 1 ? values[1] : NULL),
                           OPT_TXT(i == 2 ? values[2] : NULL), I64(INT64_MAX), I64(1)),
                      &row, err)) {
            return false;
        }
        if (row.count == 0) op_field_error(op, NAMES[i], "unknown", NULL);
    }
    return op->fields.count == 0 || OP_INVALID(op, err);
}

bool audit_list(struct tx *tx, const struct audit_filter *filter, struct audit_page *out, struct error *err) {
    struct rows rows;
    REQUIRE(filter->limit >= 1 && filter->limit <= LEDGER_PAGE_MAX);
    int64_t before = filter->before_id == 0 ? INT64_MAX : filter->before_id;
    if (!tx_query(tx, statement_for(filter),
                  ARGS(OPT_TXT(filter->subject), OPT_TXT(filter->actor), OPT_TXT(filter->action), I64(before),
                       I64(filter->limit + 1)),
                  &rows, err)) {
        return false;
    }
    struct audit_page page = { .list = ARENA_ARRAY(tx_op(tx)->arena, rows.count, struct audit_entry) };
    while (page.count < (size_t)filter->limit && rows_next(&rows)) {
        page.list[page.count++] = (struct audit_entry){
            .id = rows_i64(&rows, 0),
            .at = rows_i64(&rows, 1),
            .actor_kind = rows_text(&rows, 2),
            .actor_id = rows_i64(&rows, 3),
            .actor_login = rows_text(&rows, 4),
            .remote = rows_text(&rows, 5),
            .request_id = rows_text(&rows, 6),
            .action = rows_text(&rows, 7),
            .subject = rows_text(&rows, 8),
            .detail = rows_text(&rows, 9),
        };
    }
    page.more = rows.count > page.count;
    if (page.count == 0 && filter->before_id == 0 && !check_filter(tx, filter, err)) return false;
    *out = page;
    return true;
}
