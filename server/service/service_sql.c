/* Services: statements and rows. */
#include "service/service_sql.h"

#include "base/arena.h"
#include "base/id.h"
#include "people/search.h"

#define SERVICE_SELECT                                                                             \
    "SELECT s.id, s.service_key, s.name, s.description, s.team_id, COALESCE(t.name, ''), s.tier, " \
    "s.is_public, s.slo_milli, s.retired_at, s.version FROM service s LEFT JOIN team t ON t.id = s.team_id "
#define SERVICE_RESULT "itttItiiiIi"

SQL(SQL_SERVICE_INSERT,
    "itttt"
    "Iiiiii",
    "i",
    "INSERT INTO service (id, service_key, name, folded, description, team_id, tier, is_public, slo_milli, "
    "created_at, version) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11) "
    "ON CONFLICT (service_key) DO NOTHING RETURNING id");
SQL(SQL_SERVICE_UPDATE,
    "ittt"
    "IiiiIi",
    "",
    "UPDATE service SET name = ?2, folded = ?3, description = ?4, team_id = ?5, tier = ?6, is_public = ?7, "
    "slo_milli = ?8, retired_at = ?9, version = version + 1 WHERE id = ?1 AND version = ?10");
SQL(SQL_SERVICE_BY_ID, "i", SERVICE_RESULT, SERVICE_SELECT "WHERE s.id = ?1");
SQL(SQL_SERVICE_BY_KEY, "t", SERVICE_RESULT, SERVICE_SELECT "WHERE s.service_key = ?1");
SQL(SQL_SERVICE_BY_NAME, "t", SERVICE_RESULT, SERVICE_SELECT "WHERE s.name = ?1 AND s.retired_at IS NULL LIMIT 2");
SQL(SQL_SERVICE_PAGE, "TIiti", SERVICE_RESULT,
    SERVICE_SELECT
    "WHERE (?1 IS NULL OR s.folded LIKE ?1 ESCAPE '!') AND (?2 IS NULL OR s.team_id = ?2) "
    "AND (?3 = 1 OR s.retired_at IS NULL) AND s.service_key > ?4 ORDER BY s.service_key LIMIT ?5");
SQL(SQL_DEPENDENCIES_CLEAR, "i", "", "DELETE FROM service_dependency WHERE service_id = ?1");
SQL(SQL_DEPENDENCY_ADD, "ii", "",
    "INSERT INTO service_dependency (service_id, needs_id) VALUES (?1, ?2) ON CONFLICT DO NOTHING");
SQL(SQL_SERVICE_NEEDS, "i", SERVICE_RESULT,
    SERVICE_SELECT
    "JOIN service_dependency d ON d.needs_id = s.id WHERE d.service_id = ?1 ORDER BY s.service_key "
    "LIMIT 200");
SQL(SQL_SERVICE_NEEDED_BY, "i", SERVICE_RESULT,
    SERVICE_SELECT
    "JOIN service_dependency d ON d.service_id = s.id WHERE d.needs_id = ?1 ORDER BY s.service_key "
    "LIMIT 200");

static const struct sql *const STATEMENTS[] = {
    &SQL_SERVICE_INSERT, &SQL_SERVICE_UPDATE,     &SQL_SERVICE_BY_ID,  &SQL_SERVICE_BY_KEY, &SQL_SERVICE_BY_NAME,
    &SQL_SERVICE_PAGE,   &SQL_DEPENDENCIES_CLEAR, &SQL_DEPENDENCY_ADD, &SQL_SERVICE_NEEDS,  &SQL_SERVICE_NEEDED_BY,
};
const struct sql_list SERVICE_STATEMENTS = { "service", STATEMENTS, sizeof STATEMENTS / sizeof *STATEMENTS };

static void service_from_row(const struct rows *rows, struct service *out) {
    *out = (struct service){
        .id = rows_i64(rows, 0),
        .key = rows_text(rows, 1),
        .name = rows_text(rows, 2),
        .description = rows_text(rows, 3),
        .team_id = rows_i64(rows, 4),
        .team_name = rows_text(rows, 5),
        .tier = rows_i64(rows, 6),
        .public = rows_i64(rows, 7) == 1,
        .slo_milli = rows_i64(rows, 8),
        .retired_ms = rows_i64(rows, 9),
        .version = rows_i64(rows, 10),
    };
}

static const char *searched(struct tx *tx, const struct service *service) {
    struct arena *arena = tx_op(tx)->arena;
    return search_folded(arena, arena_printf(arena, "%s %s", service->key, service->name));
}

bool service_sql_insert(struct tx *tx, const struct service *service, bool *inserted, struct error *err) {
    struct rows row;
    return tx_query_one(tx, &SQL_SERVICE_INSERT,
                        ARGS(I64(service->id), TXT(service->key), TXT(service->name), TXT(searched(tx, service)),
                             TXT(service->description), OPT_ID(service->team_id), I64(service->tier),
                             I64(service->public ? 1 : 0), I64(service->slo_milli), I64(tx_op(tx)->now_ms),
                             I64(service->version)),
                        &row, inserted, err);
}

bool service_sql_update(struct tx *tx, const struct service *service, bool *changed, struct error *err) {
    int64_t count;
    if (!tx_exec(tx, &SQL_SERVICE_UPDATE,
                 ARGS(I64(service->id), TXT(service->name), TXT(searched(tx, service)), TXT(service->description),
                      OPT_ID(service->team_id), I64(service->tier), I64(service->public ? 1 : 0),
                      I64(service->slo_milli), OPT_ID(service->retired_ms), I64(service->version)),
                 &count, err)) {
        return false;
    }
    *changed = count == 1;
    return true;
}

static bool find_one(struct tx *tx, const struct sql *sql, struct args args, struct service *out, bool *found,
                     struct error *err) {
    struct rows row;
    if (!tx_query_one(tx, sql, args, &row, found, err)) return false;
    if (*found) service_from_row(&row, out);
    return true;
}

bool service_find(struct tx *tx, int64_t id, struct service *out, bool *found, struct error *err) {
    return find_one(tx, &SQL_SERVICE_BY_ID, ARGS(I64(id)), out, found, err);
}

bool service_find_named(struct tx *tx, const char *text, struct service *out, bool *found, struct error *err) {
    int64_t id;
    const char *key = search_folded(tx_op(tx)->arena, text);
    if (!find_one(tx, &SQL_SERVICE_BY_KEY, ARGS(TXT(key)), out, found, err)) return false;
    if (!*found && id_parse(text, &id) && !service_find(tx, id, out, found, err)) return false;
    if (*found) return true;
    struct rows rows;
    if (!tx_query(tx, &SQL_SERVICE_BY_NAME, ARGS(TXT(text)), &rows, err)) return false;
    *found = rows.count == 1 && rows_next(&rows);
    if (*found) service_from_row(&rows, out);
    return true;
}

bool service_sql_page(struct tx *tx, const struct service_query *query, struct service_list *out, struct error *err) {
    struct arena *arena = tx_op(tx)->arena;
    const char *pattern = search_pattern(arena, query->text);
    struct rows rows;
    if (!tx_query(tx, &SQL_SERVICE_PAGE,
                  ARGS(OPT_TXT(pattern), OPT_ID(query->team_id), I64(query->with_retired ? 1 : 0),
                       TXT(query->after == NULL ? "" : query->after), I64(query->limit + 1)),
                  &rows, err)) {
        return false;
    }
    out->items = ARENA_ARRAY(arena, rows.count, struct service);
    out->count = 0;
    out->more = rows.count > (size_t)query->limit;
    while (out->count < (size_t)query->limit && rows_next(&rows)) service_from_row(&rows, &out->items[out->count++]);
    return true;
}

bool service_sql_dependencies_clear(struct tx *tx, int64_t service_id, struct error *err) {
    return tx_exec(tx, &SQL_DEPENDENCIES_CLEAR, ARGS(I64(service_id)), NULL, err);
}

bool service_sql_dependency_add(struct tx *tx, int64_t service_id, int64_t needs_id, struct error *err) {
    return tx_exec(tx, &SQL_DEPENDENCY_ADD, ARGS(I64(service_id), I64(needs_id)), NULL, err);
}

static bool all_of(struct tx *tx, const struct sql *sql, int64_t id, struct service **items, struct error *err) {
    struct rows rows;
    size_t count = 0;
    if (!tx_query(tx, sql, ARGS(I64(id)), &rows, err)) return false;
    *items = ARENA_ARRAY(tx_op(tx)->arena, rows.count + 1, struct service); /* ended by an id of 0 */
    while (rows_next(&rows)) service_from_row(&rows, &(*items)[count++]);
    return true;
}

bool service_sql_links(struct tx *tx, int64_t service_id, struct service_links *out, struct error *err) {
    struct service_links links = { 0 };
    if (!all_of(tx, &SQL_SERVICE_NEEDS, service_id, &links.needs, err)) return false;
    if (!all_of(tx, &SQL_SERVICE_NEEDED_BY, service_id, &links.needed_by, err)) return false;
    while (links.needs[links.needs_count].id != 0) links.needs_count++;
    while (links.needed_by[links.needed_by_count].id != 0) links.needed_by_count++;
    *out = links;
    return true;
}
