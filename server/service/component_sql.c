/* Components: statements and rows. */
#include "service/service_sql.h"

#include "base/arena.h"

#define COMPONENT_COLUMNS "c.id, c.service_id, c.name, c.name_en, c.heading, c.position, c.is_public, c.version"
#define COMPONENT_RESULT "iitttiii"

SQL(SQL_COMPONENT_BY_ID, "i", COMPONENT_RESULT, "SELECT " COMPONENT_COLUMNS " FROM component c WHERE c.id = ?1");
SQL(SQL_COMPONENT_LIST, "i", COMPONENT_RESULT,
    "SELECT " COMPONENT_COLUMNS
    " FROM component c WHERE c.service_id = ?1 "
    "ORDER BY c.heading, c.position, c.name, c.id LIMIT 100");
SQL(SQL_COMPONENT_PUBLIC, "", COMPONENT_RESULT,
    "SELECT " COMPONENT_COLUMNS
    " FROM component c JOIN service s ON s.id = c.service_id "
    "WHERE c.is_public = 1 AND s.is_public = 1 AND s.retired_at IS NULL "
    "ORDER BY c.heading, c.position, c.name, c.id LIMIT 500");
SQL(SQL_COMPONENT_INSERT, "iitttii", "",
    "INSERT INTO component (id, service_id, name, name_en, heading, position, is_public, version) "
    "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 1)");
SQL(SQL_COMPONENT_UPDATE, "itttiii", "",
    "UPDATE component SET name = ?2, name_en = ?3, heading = ?4, position = ?5, is_public = ?6, "
    "version = version + 1 WHERE id = ?1 AND version = ?7");
SQL(SQL_COMPONENT_DELETE, "i", "", "DELETE FROM component WHERE id = ?1");

static const struct sql *const STATEMENTS[] = { &SQL_COMPONENT_BY_ID,  &SQL_COMPONENT_LIST,   &SQL_COMPONENT_PUBLIC,
                                                &SQL_COMPONENT_INSERT, &SQL_COMPONENT_UPDATE, &SQL_COMPONENT_DELETE };
const struct sql_list COMPONENT_STATEMENTS = { "component", STATEMENTS, sizeof STATEMENTS / sizeof *STATEMENTS };

static void component_from_row(const struct rows *rows, struct component *out) {
    *out = (struct component){
        .id = rows_i64(rows, 0),
        .service_id = rows_i64(rows, 1),
        .name = rows_text(rows, 2),
        .name_en = rows_text(rows, 3),
        .group = rows_text(rows, 4),
        .position = rows_i64(rows, 5),
        .public = rows_i64(rows, 6) == 1,
        .version = rows_i64(rows, 7),
    };
}

bool component_sql_find(struct tx *tx, int64_t id, struct component *out, bool *found, struct error *err) {
    struct rows row;
    if (!tx_query_one(tx, &SQL_COMPONENT_BY_ID, ARGS(I64(id)), &row, found, err)) return false;
    if (*found) component_from_row(&row, out);
    return true;
}

static bool list(struct tx *tx, struct rows *rows, struct component_list *out) {
    out->items = ARENA_ARRAY(tx_op(tx)->arena, rows->count, struct component);
    out->count = 0;
    while (rows_next(rows)) component_from_row(rows, &out->items[out->count++]);
    return true;
}

bool component_sql_list(struct tx *tx, int64_t service_id, struct component_list *out, struct error *err) {
    struct rows rows;
    return tx_query(tx, &SQL_COMPONENT_LIST, ARGS(I64(service_id)), &rows, err) && list(tx, &rows, out);
}

bool component_find_public(struct tx *tx, struct component_list *out, struct error *err) {
    struct rows rows;
    return tx_query(tx, &SQL_COMPONENT_PUBLIC, NO_ARGS, &rows, err) && list(tx, &rows, out);
}

bool component_sql_insert(struct tx *tx, const struct component *component, struct error *err) {
    return tx_exec(tx, &SQL_COMPONENT_INSERT,
                   ARGS(I64(component->id), I64(component->service_id), TXT(component->name), TXT(component->name_en),
                        TXT(component->group), I64(component->position), I64(component->public ? 1 : 0)),
                   NULL, err);
}

bool component_sql_update(struct tx *tx, const struct component *component, bool *changed, struct error *err) {
    int64_t count;
    if (!tx_exec(tx, &SQL_COMPONENT_UPDATE,
                 ARGS(I64(component->id), TXT(component->name), TXT(component->name_en), TXT(component->group),
                      I64(component->position), I64(component->public ? 1 : 0), I64(component->version)),
                 &count, err)) {
        return false;
    }
    *changed = count == 1;
    return true;
}

bool component_sql_delete(struct tx *tx, int64_t id, struct error *err) {
    return tx_exec(tx, &SQL_COMPONENT_DELETE, ARGS(I64(id)), NULL, err);
}
