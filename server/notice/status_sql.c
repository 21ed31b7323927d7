/* Rows of the status page: published notices with what their incident may tell, and public components. */
#include "notice/status_internal.h"

/* Withdrawn notices are read too: the first one ever published gives the incident its lasting public id. */
SQL(STATUS_NOTICES, "i", "ititttTTIiIIiItii",
    "SELECT n.incident_id, n.public_id, n.id, n.stage, n.title_ko, n.text_ko, n.title_en, n.text_en, n.next_at, "
    "n.published_at, n.withdrawn_at, i.service_id, i.begin_at, i.recovered_at, i.severity, i.policy_version, "
    "CASE WHEN s.is_public = 1 THEN 1 ELSE 0 END "
    "FROM notice n JOIN incident i ON i.id = n.incident_id LEFT JOIN service s ON s.id = i.service_id "
    "WHERE n.published_at IS NOT NULL AND i.kind = 'normal' ORDER BY n.published_at DESC, n.id DESC LIMIT ?1");

/* A public service without public components stands for itself. */
SQL(STATUS_COMPONENTS, "", "iittti",
    "SELECT c.id, c.service_id, c.name, c.name_en, c.heading, s.created_at FROM component c "
    "JOIN service s ON s.id = c.service_id WHERE c.is_public = 1 AND s.is_public = 1 AND s.retired_at IS NULL "
    "ORDER BY c.heading, c.position, c.name, c.id LIMIT 500");
SQL(STATUS_SERVICES, "", "iti",
    "SELECT s.id, s.name, s.created_at FROM service s WHERE s.is_public = 1 AND s.retired_at IS NULL AND NOT EXISTS "
    "(SELECT 1 FROM component c WHERE c.service_id = s.id AND c.is_public = 1) ORDER BY s.tier, s.name, s.id LIMIT "
    "200");

SQL(STATUS_SETTING, "", "ti", "SELECT value, updated_at FROM setting WHERE name = 'connect.status'");

static const struct sql *const STATEMENTS[] = { &STATUS_NOTICES, &STATUS_COMPONENTS, &STATUS_SERVICES,
                                                &STATUS_SETTING };
const struct sql_list STATUS_STATEMENTS = { "notice", STATEMENTS, sizeof STATEMENTS / sizeof *STATEMENTS };

bool status_notice_rows(struct tx *tx, struct status_row **out, size_t *count, struct error *err) {
    struct rows rows;
    if (!tx_query(tx, &STATUS_NOTICES, ARGS(I64(STATUS_NOTICES_MAX)), &rows, err)) return false;
    *out = ARENA_ARRAY(tx_op(tx)->arena, rows.count + 1, struct status_row);
    for (*count = 0; rows_next(&rows); (*count)++) {
        struct status_row *row = &(*out)[*count];
        *row = (struct status_row){
            .incident_id = rows_i64(&rows, 0),
            .update = { .id = rows_text(&rows, 1),
                        .ko = { rows_text(&rows, 4), rows_text(&rows, 5) },
                        .en = { rows_text(&rows, 6), rows_text(&rows, 7) },
                        .next_at = rows_i64(&rows, 8),
                        .at = rows_i64(&rows, 9) },
            .withdrawn_at = rows_i64(&rows, 10),
            .service_id = rows_i64(&rows, 16) == 1 ? rows_i64(&rows, 11) : 0,
            .begin = rows_i64(&rows, 12),
            .recovered = rows_i64(&rows, 13),
            .severity = rows_text(&rows, 14),
            .policy_version = rows_i64(&rows, 15),
        };
        REQUIRE(notice_stage_parse(rows_text(&rows, 3), &row->update.stage));
    }
    return true;
}

bool status_component_rows(struct tx *tx, struct status_component **out, size_t *count, struct error *err) {
    struct arena *arena = tx_op(tx)->arena;
    struct rows parts, whole;
    if (!tx_query(tx, &STATUS_COMPONENTS, NO_ARGS, &parts, err) ||
        !tx_query(tx, &STATUS_SERVICES, NO_ARGS, &whole, err))
        return false;
    *out = ARENA_ARRAY(arena, parts.count + whole.count + 1, struct status_component);
    *count = 0;
    while (rows_next(&whole)) {
        const char *name = rows_text(&whole, 1);
        (*out)[(*count)++] = (struct status_component){
            .id = arena_printf(arena, "s%lld", (long long)rows_i64(&whole, 0)),
            .name = name,
            .name_en = name,
            .group = "",
            .service_id = rows_i64(&whole, 0),
            .created = rows_i64(&whole, 2),
        };
    }
    while (rows_next(&parts)) {
        const char *name = rows_text(&parts, 2);
        const char *english = rows_text(&parts, 3);
        (*out)[(*count)++] = (struct status_component){
            .id = arena_printf(arena, "c%lld", (long long)rows_i64(&parts, 0)),
            .name = name,
            .name_en = *english == '\0' ? name : english,
            .group = rows_text(&parts, 4),
            .service_id = rows_i64(&parts, 1),
            .created = rows_i64(&parts, 5),
        };
    }
    return true;
}

bool status_setting_row(struct tx *tx, const char **json, int64_t *changed, struct error *err) {
    struct rows row;
    bool found;
    if (!tx_query_one(tx, &STATUS_SETTING, NO_ARGS, &row, &found, err)) return false;
    *json = found ? rows_text(&row, 0) : "{}";
    *changed = found ? rows_i64(&row, 1) : 0;
    return true;
}
