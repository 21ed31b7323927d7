/* Integrations as rows. Secrets are sealed in the table, plain in the value; lists leave them sealed. */
#include "alert/alert_internal.h"

#include "base/arena.h"
#include "base/seal.h"
#include "base/str.h"

#define COLUMNS                                                                                                       \
    "g.id, g.kind, g.name, g.hook_key, g.secret, g.service_id, s.service_key, g.severity, g.rules, g.group_minutes, " \
    "g.beat_seconds, g.beat_at, g.enabled, g.received, g.refused, g.version, g.created_at, g.options, "               \
    "g.grace_seconds, s.name"
#define RESULT "itttTITTtiIIiiiiitiT"
#define FROM "FROM integration g LEFT JOIN service s ON s.id = g.service_id "

SQL(INTEGRATION_BY_ID, "i", RESULT, "SELECT " COLUMNS " " FROM "WHERE g.id = ?1 AND g.removed_at IS NULL");

SQL(INTEGRATION_BY_KEY, "t", RESULT, "SELECT " COLUMNS " " FROM "WHERE g.hook_key = ?1 AND g.removed_at IS NULL");

SQL(INTEGRATION_ALL, "", RESULT,
    "SELECT " COLUMNS " " FROM "WHERE g.removed_at IS NULL ORDER BY g.name, g.id LIMIT 500");

SQL(INTEGRATION_INSERT, "itttTITtiIIiiti", "",
    "INSERT INTO integration (id, kind, name, hook_key, secret, service_id, severity, rules, group_minutes, "
    "beat_seconds, beat_at, enabled, created_at, options, grace_seconds, received, refused, receipts, version) "
    "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, 0, 0, 0, 1)");

SQL(INTEGRATION_UPDATE, "itTITtiIiiti", "",
    "UPDATE integration SET name = ?2, secret = ?3, service_id = ?4, severity = ?5, rules = ?6, group_minutes = ?7, "
    "beat_seconds = ?8, enabled = ?9, options = ?11, grace_seconds = ?12, version = version + 1 "
    "WHERE id = ?1 AND version = ?10");

SQL(INTEGRATION_REMOVE, "ii", "", "UPDATE integration SET removed_at = ?2 WHERE id = ?1 AND removed_at IS NULL");

SQL(INTEGRATION_BEAT, "ii", "", "UPDATE integration SET beat_at = ?2 WHERE id = ?1");

static const struct sql *const STATEMENTS[] = {
    &INTEGRATION_BY_ID,  &INTEGRATION_BY_KEY, &INTEGRATION_ALL,    &INTEGRATION_INSERT,
    &INTEGRATION_UPDATE, &INTEGRATION_BEAT,   &INTEGRATION_REMOVE,
};
const struct sql_list INTEGRATION_STATEMENTS = { "alert/integration", STATEMENTS,
                                                 sizeof STATEMENTS / sizeof *STATEMENTS };

static const char *const KINDS[INTEGRATION_KIND_COUNT] = { "alertmanager", "grafana", "pagerduty", "generic",
                                                           "heartbeat" };

const char *integration_kind_name(enum integration_kind kind) {
    REQUIRE(kind < INTEGRATION_KIND_COUNT);
    return KINDS[kind];
}

static enum integration_kind kind_of(const char *name) {
    for (enum integration_kind kind = INTEGRATION_ALERTMANAGER; kind < INTEGRATION_KIND_COUNT; kind++) {
        if (str_eq(name, KINDS[kind])) return kind;
    }
    die("integration of unknown kind %s", name);
}

static struct integration read_row(const struct rows *row) {
    return (struct integration){
        .id = rows_i64(row, 0),
        .kind = kind_of(rows_text(row, 1)),
        .name = rows_text(row, 2),
        .key = rows_text(row, 3),
        .secret = rows_text(row, 4),
        .service_id = rows_i64(row, 5),
        .service_key = rows_text(row, 6),
        .severity = rows_text(row, 7),
        .rules = rows_text(row, 8),
        .group_minutes = rows_i64(row, 9),
        .beat_seconds = rows_i64(row, 10),
        .beat_at = rows_i64(row, 11),
        .enabled = rows_i64(row, 12) == 1,
        .received = rows_i64(row, 13),
        .refused = rows_i64(row, 14),
        .version = rows_i64(row, 15),
        .created_at = rows_i64(row, 16),
        .options = rows_text(row, 17),
        .grace_seconds = rows_i64(row, 18),
        .service_name = rows_text(row, 19),
    };
}

static bool query_one(struct tx *tx, const struct sql *sql, struct args args, struct integration *out, bool *found,
                      struct error *err) {
    struct rows row;
    if (!tx_query_one(tx, sql, args, &row, found, err)) return false;
    if (!*found) return true;
    *out = read_row(&row);
    return seal_open(tx_op(tx)->arena, out->secret, &out->secret, err);
}

bool integration_row_find(struct tx *tx, int64_t id, struct integration *out, bool *found, struct error *err) {
    return query_one(tx, &INTEGRATION_BY_ID, ARGS(I64(id)), out, found, err);
}

bool integration_row_by_key(struct tx *tx, const char *key, struct integration *out, bool *found, struct error *err) {
    return query_one(tx, &INTEGRATION_BY_KEY, ARGS(TXT(key)), out, found, err);
}

bool integration_rows_list(struct tx *tx, struct integration_list *out, struct error *err) {
    struct rows rows;
    if (!tx_query(tx, &INTEGRATION_ALL, NO_ARGS, &rows, err)) return false;
    *out = (struct integration_list){ ARENA_ARRAY(tx_op(tx)->arena, rows.count, struct integration), 0 };
    while (rows_next(&rows)) out->items[out->count++] = read_row(&rows);
    return true;
}

bool integration_row_insert(struct tx *tx, const struct integration *g, struct error *err) {
    return tx_exec(tx, &INTEGRATION_INSERT,
                   ARGS(I64(g->id), TXT(KINDS[g->kind]), TXT(g->name), TXT(g->key),
                        OPT_TXT(seal_text(tx_op(tx)->arena, g->secret)), OPT_ID(g->service_id), OPT_TXT(g->severity),
                        TXT(g->rules), I64(g->group_minutes), OPT_ID(g->beat_seconds), OPT_ID(g->beat_at),
                        I64(g->enabled ? 1 : 0), I64(g->created_at), TXT(g->options), I64(g->grace_seconds)),
                   NULL, err);
}

bool integration_row_update(struct tx *tx, const struct integration *g, int64_t *changed, struct error *err) {
    return tx_exec(tx, &INTEGRATION_UPDATE,
                   ARGS(I64(g->id), TXT(g->name), OPT_TXT(seal_text(tx_op(tx)->arena, g->secret)),
                        OPT_ID(g->service_id), OPT_TXT(g->severity), TXT(g->rules), I64(g->group_minutes),
                        OPT_ID(g->beat_seconds), I64(g->enabled ? 1 : 0), I64(g->version), TXT(g->options),
                        I64(g->grace_seconds)),
                   changed, err);
}

bool integration_row_beat(struct tx *tx, int64_t id, int64_t at, struct error *err) {
    return tx_exec(tx, &INTEGRATION_BEAT, ARGS(I64(id), I64(at)), NULL, err);
}

bool integration_row_remove(struct tx *tx, int64_t id, int64_t at, int64_t *changed, struct error *err) {
    return tx_exec(tx, &INTEGRATION_REMOVE, ARGS(I64(id), I64(at)), changed, err);
}
