/* Alerts as rows, and the few facts about others that deciding needs. */
#include "alert/alert_internal.h"

#include "base/arena.h"
#include "base/str.h"

#define COLUMNS                                                                                                     \
    "a.id, a.integration_id, a.fingerprint, a.state, a.title, a.description, a.severity, a.service_id, a.labels, "  \
    "a.link, a.group_hash, a.outcome, a.incident_id, a.starts_at, a.first_seen_at, a.last_seen_at, a.resolved_at, " \
    "a.occurrences, a.class, a.class_by, a.class_at, a.version, i.ref, a.hidden, g.name, s.service_key, s.name, "   \
    "a.name, i.state"
#define RESULT "iitttTTItTttIiiiIiTTIiTitTTtT"
#define FROM                                                                                                   \
    "FROM alert a JOIN integration g ON g.id = a.integration_id LEFT JOIN incident i ON i.id = a.incident_id " \
    "LEFT JOIN service s ON s.id = a.service_id "

SQL(ALERT_OPEN, "t", RESULT, "SELECT " COLUMNS " " FROM "WHERE a.open_key = ?1");

SQL(ALERT_LAST, "it", RESULT,
    "SELECT " COLUMNS " " FROM "WHERE a.integration_id = ?1 AND a.fingerprint = ?2 ORDER BY a.id DESC LIMIT 1");

SQL(ALERT_BY_ID, "i", RESULT, "SELECT " COLUMNS " " FROM "WHERE a.id = ?1");

SQL(ALERT_INSERT, "iitTttTTItTttIiiiIiiit", "",
    "INSERT INTO alert (id, integration_id, fingerprint, open_key, state, title, description, severity, service_id, "
    "labels, link, group_hash, outcome, incident_id, starts_at, first_seen_at, last_seen_at, resolved_at, occurrences, "
    "version, hidden, name) VALUES "
    "(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22)");

SQL(ALERT_UPDATE, "iTtttTTIiiITTIit", "",
    "UPDATE alert SET open_key = ?2, state = ?3, title = ?4, labels = ?5, link = ?6, severity = ?7, incident_id = ?8, "
    "last_seen_at = ?9, occurrences = ?10, resolved_at = ?11, class = ?12, class_by = ?13, class_at = ?14, "
    "hidden = ?15, outcome = ?16, version = version + 1 WHERE id = ?1");

SQL(ALERT_OF_GROUP, "iti", "I",
    "SELECT a.incident_id FROM alert a JOIN incident i ON i.id = a.incident_id WHERE a.integration_id = ?1 "
    "AND a.group_hash = ?2 AND a.last_seen_at >= ?3 AND i.active = 1 ORDER BY a.id DESC LIMIT 1");

SQL(ALERT_OPEN_OF_GROUP, "it", RESULT,
    "SELECT " COLUMNS " " FROM
    "WHERE a.integration_id = ?1 AND a.group_hash = ?2 AND a.open_key IS NOT NULL "
    "ORDER BY a.id LIMIT 10000");

SQL(ALERT_OPEN_OF_INCIDENT, "i", "i", "SELECT count(*) FROM alert WHERE incident_id = ?1 AND open_key IS NOT NULL");

/* Lists: one set of filters, led in by whichever of them narrows most and has an index. */
#define LIST(lead)                                                                                          \
    "SELECT " COLUMNS " " FROM "WHERE " lead                                                                \
    " AND (?1 IS NULL OR a.state = ?1 OR (?1 = 'open' AND a.open_key IS NOT NULL)) "                        \
    "AND (?2 IS NULL OR i.ref = ?2) AND (?3 IS NULL OR a.class = ?3 OR (?3 = 'none' AND a.class IS NULL)) " \
    "AND (?4 IS NULL OR s.service_key = ?4) AND (?5 IS NULL OR a.name = ?5) "                               \
    "AND (?6 IS NULL OR a.group_hash = ?6) AND (?7 IS NULL OR a.fingerprint = ?7) "                         \
    "AND (?8 = 0 OR a.integration_id = ?8) AND (?9 = 0 OR a.id < ?9) ORDER BY a.id DESC LIMIT ?10"
#define LIST_PARAMS "TTTTTTTiii"
SQL(ALERT_LIST, LIST_PARAMS, RESULT, LIST("a.id > 0"));
SQL(ALERT_LIST_OPEN, LIST_PARAMS, RESULT, LIST("a.open_key IS NOT NULL"));
SQL(ALERT_LIST_INCIDENT, LIST_PARAMS, RESULT, LIST("a.incident_id = (SELECT n.id FROM incident n WHERE n.ref = ?2)"));
SQL(ALERT_LIST_FINGERPRINT, LIST_PARAMS, RESULT, LIST("a.integration_id = ?8 AND a.fingerprint = ?7"));
SQL(ALERT_LIST_GROUP, LIST_PARAMS, RESULT, LIST("a.integration_id = ?8 AND a.group_hash = ?6"));
SQL(ALERT_LIST_NAME, LIST_PARAMS, RESULT, LIST("a.integration_id = ?8 AND a.name = ?5"));

SQL(ALERT_ACCURACY, "ii", "iii",
    "SELECT count(*), CAST(COALESCE(sum(CASE WHEN class IS NOT NULL THEN 1 ELSE 0 END), 0) AS BIGINT), "
    "CAST(COALESCE(sum(CASE WHEN class = 'acted' THEN 1 ELSE 0 END), 0) AS BIGINT) "
    "FROM alert WHERE first_seen_at >= ?1 AND first_seen_at < ?2");

SQL(OPEN_INCIDENT_OF_SERVICE, "i", "i",
    "SELECT id FROM incident WHERE service_id = ?1 AND active = 1 AND kind = 'normal' ORDER BY begin_at DESC, id DESC "
    "LIMIT 1");

SQL(SERVICE_OF_KEY, "t", "i", "SELECT id FROM service WHERE service_key = ?1 AND retired_at IS NULL");

static const struct sql *const STATEMENTS[] = {
    &ALERT_OPEN,
    &ALERT_LAST,
    &ALERT_BY_ID,
    &ALERT_INSERT,
    &ALERT_UPDATE,
    &ALERT_OF_GROUP,
    &ALERT_OPEN_OF_GROUP,
    &ALERT_LIST,
    &ALERT_LIST_OPEN,
    &ALERT_LIST_INCIDENT,
    &ALERT_LIST_FINGERPRINT,
    &ALERT_LIST_GROUP,
    &ALERT_LIST_NAME,
    &ALERT_ACCURACY,
    &OPEN_INCIDENT_OF_SERVICE,
    &SERVICE_OF_KEY,
    &ALERT_OPEN_OF_INCIDENT,
};
const struct sql_list ALERT_STATEMENTS = { "alert", STATEMENTS, sizeof STATEMENTS / sizeof *STATEMENTS };

static const char *const STATES[ALERT_STATE_COUNT] = { "firing", "acknowledged", "resolved" };

const char *alert_state_name(enum alert_state state) {
    REQUIRE(state < ALERT_STATE_COUNT);
    return STATES[state];
}

static enum alert_state state_of(const char *name) {
    for (enum alert_state state = ALERT_FIRING; state < ALERT_STATE_COUNT; state++) {
        if (str_eq(name, STATES[state])) return state;
    }
    die("alert in unknown state %s", name);
}

static struct alert read_row(const struct rows *row) {
    return (struct alert){
        .id = rows_i64(row, 0),
        .integration_id = rows_i64(row, 1),
        .fingerprint = rows_text(row, 2),
        .state = state_of(rows_text(row, 3)),
        .title = rows_text(row, 4),
        .description = rows_text(row, 5),
        .severity = rows_text(row, 6),
        .service_id = rows_i64(row, 7),
        .labels = rows_text(row, 8),
        .link = rows_text(row, 9),
        .group_hash = rows_text(row, 10),
        .outcome = rows_text(row, 11),
        .incident_id = rows_i64(row, 12),
        .starts_at = rows_i64(row, 13),
        .first_seen_at = rows_i64(row, 14),
        .last_seen_at = rows_i64(row, 15),
        .resolved_at = rows_i64(row, 16),
        .occurrences = rows_i64(row, 17),
        .class = rows_text(row, 18),
        .class_by = rows_text(row, 19),
        .class_at = rows_i64(row, 20),
        .version = rows_i64(row, 21),
        .incident_ref = rows_text(row, 22),
        .hidden = rows_i64(row, 23),
        .source = rows_text(row, 24),
        .service_key = rows_text(row, 25),
        .service_name = rows_text(row, 26),
        .name = rows_text(row, 27),
        .incident_state = rows_text(row, 28),
    };
}

static bool query_one(struct tx *tx, const struct sql *sql, struct args args, struct alert *out, bool *found,
                      struct error *err) {
    struct rows row;
    if (!tx_query_one(tx, sql, args, &row, found, err)) return false;
    if (*found) *out = read_row(&row);
    return true;
}

bool alert_row_open(struct tx *tx, const char *open_key, struct alert *out, bool *found, struct error *err) {
    return query_one(tx, &ALERT_OPEN, ARGS(TXT(open_key)), out, found, err);
}

bool alert_row_last(struct tx *tx, int64_t integration_id, const char *fingerprint, struct alert *out, bool *found,
                    struct error *err) {
    return query_one(tx, &ALERT_LAST, ARGS(I64(integration_id), TXT(fingerprint)), out, found, err);
}

bool alert_row_find(struct tx *tx, int64_t id, struct alert *out, bool *found, struct error *err) {
    return query_one(tx, &ALERT_BY_ID, ARGS(I64(id)), out, found, err);
}

bool alert_row_insert(struct tx *tx, const struct alert *a, const char *open_key, struct error *err) {
    return tx_exec(tx, &ALERT_INSERT,
                   ARGS(I64(a->id), I64(a->integration_id), TXT(a->fingerprint), OPT_TXT(open_key),
                        TXT(STATES[a->state]), TXT(a->title), OPT_TXT(a->description), OPT_TXT(a->severity),
                        OPT_ID(a->service_id), TXT(a->labels), OPT_TXT(a->link), TXT(a->group_hash), TXT(a->outcome),
                        OPT_ID(a->incident_id), I64(a->starts_at), I64(a->first_seen_at), I64(a->last_seen_at),
                        OPT_ID(a->resolved_at), I64(a->occurrences), I64(a->version), I64(a->hidden), TXT(a->name)),
                   NULL, err);
}

bool alert_row_update(struct tx *tx, const struct alert *a, const char *open_key, struct error *err) {
    return tx_exec(tx, &ALERT_UPDATE,
                   ARGS(I64(a->id), OPT_TXT(open_key), TXT(STATES[a->state]), TXT(a->title), TXT(a->labels),
                        OPT_TXT(a->link), OPT_TXT(a->severity), OPT_ID(a->incident_id), I64(a->last_seen_at),
                        I64(a->occurrences), OPT_ID(a->resolved_at), OPT_TXT(a->class), OPT_TXT(a->class_by),
                        OPT_ID(a->class_at), I64(a->hidden), TXT(a->outcome)),
                   NULL, err);
}

bool alert_row_of_group(struct tx *tx, int64_t integration_id, const char *group_hash, int64_t since,
                        int64_t *incident_id, struct error *err) {
    struct rows row;
    bool found;
    if (!tx_query_one(tx, &ALERT_OF_GROUP, ARGS(I64(integration_id), TXT(group_hash), I64(since)), &row, &found, err))
        return false;
    *incident_id = found ? rows_i64(&row, 0) : 0;
    return true;
}

static bool query_list(struct tx *tx, const struct sql *sql, struct args args, int64_t limit, struct alert_list *out,
                       struct error *err) {
    struct rows rows;
    if (!tx_query(tx, sql, args, &rows, err)) return false;
    *out = (struct alert_list){ ARENA_ARRAY(tx_op(tx)->arena, rows.count, struct alert), 0, false };
    while (rows_next(&rows)) {
        if ((int64_t)out->count == limit) out->more = true;
        else out->items[out->count++] = read_row(&rows);
    }
    return true;
}

bool alert_rows_open_of_group(struct tx *tx, int64_t integration_id, const char *group_hash, struct alert_list *out,
                              struct error *err) {
    return query_list(tx, &ALERT_OPEN_OF_GROUP, ARGS(I64(integration_id), TXT(group_hash)), INT64_MAX, out, err);
}

static const struct sql *list_statement(const struct alert_query *q) {
    if (q->incident_ref != NULL) return &ALERT_LIST_INCIDENT;
    if (q->integration_id != 0 && q->fingerprint != NULL) return &ALERT_LIST_FINGERPRINT;
    if (q->integration_id != 0 && q->group != NULL) return &ALERT_LIST_GROUP;
    if (q->integration_id != 0 && q->name != NULL) return &ALERT_LIST_NAME;
    return q->state != NULL && !str_eq(q->state, "resolved") ? &ALERT_LIST_OPEN : &ALERT_LIST;
}

bool alert_rows_list(struct tx *tx, const struct alert_query *q, struct alert_list *out, struct error *err) {
    return query_list(tx, list_statement(q),
                      ARGS(OPT_TXT(q->state), OPT_TXT(q->incident_ref), OPT_TXT(q->class), OPT_TXT(q->service),
                           OPT_TXT(q->name), OPT_TXT(q->group), OPT_TXT(q->fingerprint), I64(q->integration_id),
                           I64(q->before_id), I64(q->limit + 1)),
                      q->limit, out, err);
}

bool alert_rows_accuracy(struct tx *tx, int64_t from, int64_t until, struct alert_accuracy *out, struct error *err) {
    struct rows row;
    bool found;
    if (!tx_query_one(tx, &ALERT_ACCURACY, ARGS(I64(from), I64(until)), &row, &found, err)) return false;
    *out = (struct alert_accuracy){ rows_i64(&row, 0), rows_i64(&row, 1), rows_i64(&row, 2), -1 };
    if (out->classed > 0) out->percent = out->acted * 100 / out->classed;
    return true;
}

static bool query_number(struct tx *tx, const struct sql *sql, struct args args, int64_t *out, struct error *err) {
    struct rows row;
    bool found;
    if (!tx_query_one(tx, sql, args, &row, &found, err)) return false;
    *out = found ? rows_i64(&row, 0) : 0;
    return true;
}

bool alert_rows_open_of_incident(struct tx *tx, int64_t incident_id, int64_t *count, struct error *err) {
    return query_number(tx, &ALERT_OPEN_OF_INCIDENT, ARGS(I64(incident_id)), count, err);
}

bool open_incident_of_service(struct tx *tx, int64_t service_id, int64_t *incident_id, struct error *err) {
    return query_number(tx, &OPEN_INCIDENT_OF_SERVICE, ARGS(I64(service_id)), incident_id, err);
}

bool service_id_of_key(struct tx *tx, const char *key, int64_t *id, struct error *err) {
    return query_number(tx, &SERVICE_OF_KEY, ARGS(TXT(key)), id, err);
}
