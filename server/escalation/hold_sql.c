/* Which incidents a maintenance concerns. See hold.h. */
#include "escalation/hold.h"

#include "incident/incident.h"
#include "service/maintenance.h"

SQL(HOLD_INCIDENTS, "I", "i",
    "SELECT id FROM incident WHERE active = 1 AND (?1 IS NULL OR service_id = ?1) ORDER BY id LIMIT 1000");

static const struct sql *const STATEMENTS[] = { &HOLD_INCIDENTS };
const struct sql_list HOLD_STATEMENTS = { "hold", STATEMENTS, sizeof STATEMENTS / sizeof *STATEMENTS };

bool escalation_maintenance_edge(struct tx *tx, const struct due *due, struct error *err) {
    struct maintenance maintenance;
    struct rows rows;
    bool found;
    if (!maintenance_find(tx, due->subject_id, &maintenance, &found, err)) return false;
    if (!found) return true;
    tx_on_commit(tx, "status");
    if (!tx_query(tx, &HOLD_INCIDENTS, ARGS(OPT_ID(maintenance.service_id)), &rows, err)) return false;
    while (rows_next(&rows)) {
        const struct due look = { INCIDENT_CHANGED_DUE, rows_i64(&rows, 0), "", tx_op(tx)->now_ms, NULL };
        if (!due_set(tx, &look, err)) return false;
    }
    return true;
}
