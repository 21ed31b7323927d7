/* Lists and search in SQL. The two engines differ in how a token finds its documents; everything else is common. */
#include "incident/search_rows.h"

#include "base/arena.h"
#include "incident/incident_row.h"
#include "incident/statements.h"

/* One statement a driving index: an optional filter cannot choose one by itself. */
#define LIST_FILTERS                                                                                        \
    "i.begin_at >= ?3 AND (i.begin_at < ?1 OR (i.begin_at = ?1 AND i.id < ?2)) AND i.begin_at <= ?1 AND "   \
    "i.begin_at < ?4 AND (?5 IS NULL OR i.kind = ?5) AND (?6 IS NULL OR i.severity = ?6) AND "              \
    "(?7 IS NULL OR i.state = ?7) AND (?8 IS NULL OR i.active = ?8) AND (?9 IS NULL OR i.service_id = ?9) " \
    "ORDER BY i.begin_at DESC, i.id DESC LIMIT ?10"
#define LIST_PARAMS "iiiiTTTIIi"
SQL(SQL_LIST_ALL, LIST_PARAMS, INCIDENT_RESULT, "SELECT " INCIDENT_COLUMNS INCIDENT_FROM "WHERE " LIST_FILTERS);
SQL(SQL_LIST_ACTIVE, LIST_PARAMS, INCIDENT_RESULT,
    "SELECT " INCIDENT_COLUMNS INCIDENT_FROM "WHERE i.active = ?8 AND " LIST_FILTERS);
SQL(SQL_LIST_STATE, LIST_PARAMS, INCIDENT_RESULT,
    "SELECT " INCIDENT_COLUMNS INCIDENT_FROM "WHERE i.state = ?7 AND " LIST_FILTERS);
SQL(SQL_LIST_SEVERITY, LIST_PARAMS, INCIDENT_RESULT,
    "SELECT " INCIDENT_COLUMNS INCIDENT_FROM "WHERE i.severity = ?6 AND " LIST_FILTERS);
SQL(SQL_LIST_SERVICE, LIST_PARAMS, INCIDENT_RESULT,
    "SELECT " INCIDENT_COLUMNS INCIDENT_FROM "WHERE i.service_id = ?9 AND " LIST_FILTERS);

SQL(SQL_COUNT_STATE, "ti", "i",
    "SELECT count(*) FROM (SELECT 1 AS one FROM incident WHERE state = ?1 AND begin_at >= ?2 LIMIT 1000) AS few");
SQL(SQL_COUNT_ACTIVE, "", "i",
    "SELECT count(*) FROM (SELECT 1 AS one FROM incident WHERE active = 1 LIMIT 1000) AS few");

SQL(SQL_DOCUMENT_TOKENS, "i", "t", "SELECT tokens FROM search_document WHERE id = ?1");
SQL(SQL_DOCUMENT_PUT, "iitt", "",
    "INSERT INTO search_document (id, incident_id, folded, tokens) VALUES (?1, ?2, ?3, ?4) "
    "ON CONFLICT (id) DO UPDATE SET folded = excluded.folded, tokens = excluded.tokens");

#define HIT_RESULT "it" INCIDENT_RESULT
#define HIT_COLUMNS "SELECT d.id, d.folded, " INCIDENT_COLUMNS
#define HIT_JOIN                                                                     \
    "JOIN search_document d ON d.id = h.id JOIN incident i ON i.id = d.incident_id " \
    "LEFT JOIN service s ON s.id = i.service_id "
#define HIT_FILTERS                                                                                           \
    "i.begin_at >= ?3 AND i.begin_at < ?4 AND (?5 IS NULL OR i.kind = ?5) AND "                               \
    "(?6 IS NULL OR i.severity = ?6) AND (?7 IS NULL OR i.state = ?7) AND (?8 IS NULL OR i.active = ?8) AND " \
    "(?9 IS NULL OR i.service_id = ?9) ORDER BY d.id DESC LIMIT ?10"
#define HIT_PARAMS "tiiiTTTIIi"
/* CROSS JOIN keeps the full-text index on the outside: it delivers in order and stops at the limit. */
SQL(SQL_HITS_FTS, HIT_PARAMS, HIT_RESULT,
    HIT_COLUMNS
    "FROM search_index h CROSS JOIN search_document d ON d.id = h.rowid "
    "CROSS JOIN incident i ON i.id = d.incident_id LEFT JOIN service s ON s.id = i.service_id "
    "WHERE h.tokens MATCH ?1 AND h.rowid < ?2 AND i.begin_at >= ?3 AND i.begin_at < ?4 AND "
    "(?5 IS NULL OR i.kind = ?5) AND (?6 IS NULL OR i.severity = ?6) AND (?7 IS NULL OR i.state = ?7) AND "
    "(?8 IS NULL OR i.active = ?8) AND (?9 IS NULL OR i.service_id = ?9) ORDER BY h.rowid DESC LIMIT ?10 -- @sqlite");
SQL(SQL_SHARING_FTS, "ti", "i",
    "SELECT d.incident_id FROM search_index h CROSS JOIN search_document d ON d.id = h.rowid "
    "WHERE h.tokens MATCH ?1 ORDER BY h.rowid DESC LIMIT ?2 -- @sqlite");
SQL(SQL_FTS_REBUILD, "", "",
    "INSERT INTO search_index (rowid, tokens) SELECT id, tokens FROM search_document -- @sqlite");
SQL(SQL_TOKEN_REBUILD, "", "",
    "INSERT INTO search_token (token, document_id) SELECT DISTINCT t, d.id FROM search_document d, "
    "unnest(string_to_array(d.tokens, ' ')) AS t WHERE t <> '' -- @postgres");
SQL(SQL_FTS_ADD, "it", "", "INSERT INTO search_index (rowid, tokens) VALUES (?1, ?2) -- @sqlite");
SQL(SQL_FTS_REMOVE, "it", "",
    "INSERT INTO search_index (search_index, rowid, tokens) VALUES ('delete', ?1, ?2) -- @sqlite");

SQL(SQL_HITS_TOKENS, HIT_PARAMS "TT", HIT_RESULT,
    HIT_COLUMNS
    "FROM (SELECT document_id AS id FROM search_token t WHERE t.token = ?1 AND t.document_id < ?2 AND "
    "(?11 IS NULL OR EXISTS (SELECT 1 FROM search_token x WHERE x.token = ?11 AND x.document_id = t.document_id)) AND "
    "(?12 IS NULL OR EXISTS (SELECT 1 FROM search_token y WHERE y.token = ?12 AND y.document_id = t.document_id))) AS "
    "h " HIT_JOIN "WHERE " HIT_FILTERS " -- @postgres");
SQL(SQL_HITS_PREFIX, HIT_PARAMS "t", HIT_RESULT,
    HIT_COLUMNS
    "FROM (SELECT DISTINCT document_id AS id FROM search_token "
    "WHERE token >= ?1 AND token < ?11 AND document_id < ?2) AS h " HIT_JOIN "WHERE " HIT_FILTERS " -- @postgres");
SQL(SQL_SHARING_TOKENS, "ti", "i",
    "SELECT d.incident_id FROM search_token t JOIN search_document d ON d.id = t.document_id WHERE t.token = ?1 "
    "ORDER BY t.document_id DESC LIMIT ?2 -- @postgres");
SQL(SQL_TOKENS_ADD, "it", "",
    "INSERT INTO search_token (token, document_id) SELECT t, ?1 FROM unnest(string_to_array(?2, ' ')) AS t "
    "ON CONFLICT DO NOTHING -- @postgres");
SQL(SQL_TOKENS_REMOVE, "it", "",
    "DELETE FROM search_token WHERE document_id = ?1 AND token = ANY (string_to_array(?2, ' ')) -- @postgres");

static const struct sql *const LIST[] = {
    &SQL_LIST_ALL,    &SQL_LIST_ACTIVE,  &SQL_LIST_STATE,      &SQL_LIST_SEVERITY, &SQL_LIST_SERVICE,
    &SQL_COUNT_STATE, &SQL_COUNT_ACTIVE, &SQL_DOCUMENT_TOKENS, &SQL_DOCUMENT_PUT,  &SQL_HITS_FTS,
    &SQL_SHARING_FTS, &SQL_FTS_ADD,      &SQL_FTS_REBUILD,     &SQL_TOKEN_REBUILD, &SQL_FTS_REMOVE,
    &SQL_HITS_TOKENS, &SQL_HITS_PREFIX,  &SQL_SHARING_TOKENS,  &SQL_TOKENS_ADD,    &SQL_TOKENS_REMOVE
};
const struct sql_list INCIDENT_SEARCH_STATEMENTS = { "incident/search", LIST, sizeof LIST / sizeof *LIST };

static const struct sql *list_by(const struct search_filter *filter) {
    if (filter->service_id != 0) return &SQL_LIST_SERVICE;
    if (filter->state != NULL) return &SQL_LIST_STATE;
    if (filter->active >= 0) return &SQL_LIST_ACTIVE;
    return filter->severity != NULL ? &SQL_LIST_SEVERITY : &SQL_LIST_ALL;
}

bool search_list_rows(struct tx *tx, const struct search_filter *f, struct incident **out, size_t *count,
                      struct error *err) {
    struct rows rows;
    if (!tx_query(tx, list_by(f),
                  ARGS(I64(f->before_at), I64(f->before_id), I64(f->from), I64(f->until), OPT_TXT(f->kind),
                       OPT_TXT(f->severity), OPT_TXT(f->state), OPT_I64(f->active >= 0, f->active),
                       OPT_ID(f->service_id), I64(f->limit)),
                  &rows, err)) {
        return false;
    }
    *out = ARENA_ARRAY(tx_op(tx)->arena, rows.count, struct incident);
    *count = 0;
    while (rows_next(&rows)) incident_from_row(&rows, &(*out)[(*count)++]);
    return true;
}

static bool hits_sqlite(struct tx *tx, const struct search_words *words, const struct search_filter *f,
                        struct rows *rows, struct error *err) {
    return tx_query(tx, &SQL_HITS_FTS,
                    ARGS(TXT(words->match), I64(f->before_id), I64(f->from), I64(f->until), OPT_TXT(f->kind),
                         OPT_TXT(f->severity), OPT_TXT(f->state), OPT_I64(f->active >= 0, f->active),
                         OPT_ID(f->service_id), I64(f->limit)),
                    rows, err);
}

/* The end of the range of texts that begin with a prefix of whole characters: its last byte plus one. */
static const char *after_prefix(struct arena *arena, const char *prefix) {
    char *end = arena_str(arena, prefix);
    size_t len = strlen(end);
    end[len - 1]++;
    return end;
}

static bool hits_postgres(struct tx *tx, const struct search_words *words, const struct search_filter *f,
                          struct rows *rows, struct error *err) {
    const char *second = words->prefix ? after_prefix(tx_op(tx)->arena, words->tokens[0]) : words->tokens[1];
    const struct arg list[] = {
        TXT(words->tokens[0]), I64(f->before_id),    I64(f->from),      I64(f->until),
        OPT_TXT(f->kind),      OPT_TXT(f->severity), OPT_TXT(f->state), OPT_I64(f->active >= 0, f->active),
        OPT_ID(f->service_id), I64(f->limit),        OPT_TXT(second),   OPT_TXT(words->tokens[2])
    };
    const struct sql *sql = words->prefix ? &SQL_HITS_PREFIX : &SQL_HITS_TOKENS;
    return tx_query(tx, sql, (struct args){ list, words->prefix ? 11 : 12 }, rows, err);
}

bool search_hits(struct tx *tx, const struct search_words *words, const struct search_filter *filter,
                 struct search_hit **out, size_t *count, struct error *err) {
    struct rows rows;
    bool done = tx_engine(tx) == STORE_SQLITE ? hits_sqlite(tx, words, filter, &rows, err)
                                              : hits_postgres(tx, words, filter, &rows, err);
    if (!done) return false;
    *out = ARENA_ARRAY(tx_op(tx)->arena, rows.count, struct search_hit);
    *count = 0;
    while (rows_next(&rows)) {
        struct search_hit *hit = &(*out)[(*count)++];
        hit->document_id = rows_i64(&rows, 0);
        hit->folded = rows_text(&rows, 1);
        incident_from_row_at(&rows, 2, &hit->incident);
    }
    return true;
}

bool search_sharing(struct tx *tx, const char *token, int64_t limit, struct rows *ids, struct error *err) {
    if (tx_engine(tx) == STORE_POSTGRES)
        return tx_query(tx, &SQL_SHARING_TOKENS, ARGS(TXT(token), I64(limit)), ids, err);
    const char *match = arena_printf(tx_op(tx)->arena, "\"%s\"", token);
    return tx_query(tx, &SQL_SHARING_FTS, ARGS(TXT(match), I64(limit)), ids, err);
}

bool search_document_put(struct tx *tx, const struct search_document *document, struct error *err) {
    bool sqlite = tx_engine(tx) == STORE_SQLITE;
    const struct sql *remove = sqlite ? &SQL_FTS_REMOVE : &SQL_TOKENS_REMOVE;
    const struct sql *add = sqlite ? &SQL_FTS_ADD : &SQL_TOKENS_ADD;
    struct rows row;
    bool found = false;
    if (!document->fresh && !tx_query_one(tx, &SQL_DOCUMENT_TOKENS, ARGS(I64(document->id)), &row, &found, err))
        return false;
    /* A contentless index forgets a document only when told exactly what it was. */
    if (found && !tx_exec_late(tx, remove, ARGS(I64(document->id), TXT(rows_text(&row, 0))), err)) return false;
    return tx_exec(tx, &SQL_DOCUMENT_PUT,
                   ARGS(I64(document->id), I64(document->incident_id), TXT(document->folded), TXT(document->tokens)),
                   NULL, err) &&
           tx_exec_late(tx, add, ARGS(I64(document->id), TXT(document->tokens)), err);
}

bool search_rebuild(struct tx *tx, struct error *err) {
    return tx_exec(tx, tx_engine(tx) == STORE_SQLITE ? &SQL_FTS_REBUILD : &SQL_TOKEN_REBUILD, NO_ARGS, NULL, err);
}

static bool count_one(struct tx *tx, const struct sql *sql, struct args args, int64_t *out, struct error *err) {
    struct rows row;
    bool found;
    if (!tx_query_one(tx, sql, args, &row, &found, err)) return false;
    *out = rows_i64(&row, 0);
    return true;
}

bool search_counts(struct tx *tx, int64_t since, struct incident_counts *out, struct error *err) {
    return count_one(tx, &SQL_COUNT_ACTIVE, NO_ARGS, &out->active, err) &&
           count_one(tx, &SQL_COUNT_STATE, ARGS(TXT("recovered"), I64(0)), &out->recovered, err) &&
           count_one(tx, &SQL_COUNT_STATE, ARGS(TXT("closed"), I64(since)), &out->closed_30_days, err);
}
