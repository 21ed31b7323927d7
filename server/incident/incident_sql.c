/* Rows of the incident table. Writing gives all columns every time: a change is loaded, made and saved as a whole,
 * guarded by the version it was loaded with. */
#include "incident/incident_internal.h"
#include "incident/incident_row.h"
#include "incident/statements.h"

#include "base/arena.h"
#include "base/str.h"
#include "ledger/ledger.h"

SQL(SQL_INCIDENT_BY_REF, "t", INCIDENT_RESULT, "SELECT " INCIDENT_COLUMNS INCIDENT_FROM "WHERE i.ref = ?1");
SQL(SQL_INCIDENT_BY_ID, "i", INCIDENT_RESULT, "SELECT " INCIDENT_COLUMNS INCIDENT_FROM "WHERE i.id = ?1");

#define WRITE_PARAMS         \
    "itTTttitTTTITTITTTTTti" \
    "IIIIIIII"               \
    "iIIIIIi"                \
    "TTTTII"                 \
    "iiiiii"
SQL(SQL_INCIDENT_INSERT, WRITE_PARAMS, "",
    "INSERT INTO incident (id, ref, title, symptom, severity, state, active, kind, category, detection, controllable, "
    "service_id, impact, owner, owner_id, action, suspected_cause, status_note, sensitivity, damage, lang, begin_at, "
    "started_at, detected_at, propagated_at, triaged_at, recovered_at, analysed_at, shared_at, reviewed_at, "
    "declared_at, declared_by, acknowledged_at, acknowledged_by, mitigated_at, closed_at, updated_at, "
    "cause, recovery_action, recovery_impact, follow_up, retro_at, merged_into, "
    "policy_version, needs_commander, version, last_seq, last_update_seq, last_help_seq) "
    "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22, "
    "?23, ?24, ?25, ?26, ?27, ?28, ?29, ?30, ?31, ?32, ?33, ?34, ?35, ?36, ?37, ?38, ?39, ?40, ?41, ?42, ?43, "
    "?44, ?45, ?46, ?47, ?48, ?49)");
SQL(SQL_INCIDENT_UPDATE, WRITE_PARAMS, "",
    "UPDATE incident SET ref = ?2, title = ?3, symptom = ?4, severity = ?5, state = ?6, active = ?7, kind = ?8, "
    "category = ?9, detection = ?10, controllable = ?11, service_id = ?12, impact = ?13, owner = ?14, "
    "owner_id = ?15, action = ?16, suspected_cause = ?17, status_note = ?18, sensitivity = ?19, damage = ?20, "
    "lang = ?21, begin_at = ?22, started_at = ?23, detected_at = ?24, propagated_at = ?25, triaged_at = ?26, "
    "recovered_at = ?27, analysed_at = ?28, shared_at = ?29, reviewed_at = ?30, declared_at = ?31, "
    "declared_by = ?32, acknowledged_at = ?33, acknowledged_by = ?34, mitigated_at = ?35, closed_at = ?36, "
    "updated_at = ?37, cause = ?38, recovery_action = ?39, recovery_impact = ?40, follow_up = ?41, retro_at = ?42, "
    "merged_into = ?43, policy_version = ?44, needs_commander = ?45, version = ?46, last_seq = ?47, "
    "last_update_seq = ?48, last_help_seq = ?49 WHERE id = ?1 AND version = ?46 - 1");
/* The same where no column of an index changed, as with every update: SQLite rewrites the entries of each index whose
 * column is named, also with the value it has. */
SQL(SQL_INCIDENT_UPDATE_PLAIN, WRITE_PARAMS, "",
    "UPDATE incident SET title = ?3, symptom = ?4, kind = ?8, category = ?9, detection = ?10, controllable = ?11, "
    "impact = ?13, owner = ?14, owner_id = ?15, action = ?16, suspected_cause = ?17, status_note = ?18, "
    "sensitivity = ?19, damage = ?20, lang = ?21, started_at = ?23, detected_at = ?24, propagated_at = ?25, "
    "triaged_at = ?26, recovered_at = ?27, analysed_at = ?28, shared_at = ?29, reviewed_at = ?30, declared_at = ?31, "
    "declared_by = ?32, acknowledged_at = ?33, acknowledged_by = ?34, mitigated_at = ?35, closed_at = ?36, "
    "updated_at = ?37, cause = ?38, recovery_action = ?39, recovery_impact = ?40, follow_up = ?41, retro_at = ?42, "
    "merged_into = ?43, policy_version = ?44, needs_commander = ?45, version = ?46, last_seq = ?47, "
    "last_update_seq = ?48, last_help_seq = ?49 WHERE id = ?1 AND version = ?46 - 1");

static const struct sql *const LIST[] = { &SQL_INCIDENT_BY_REF, &SQL_INCIDENT_BY_ID, &SQL_INCIDENT_INSERT,
                                          &SQL_INCIDENT_UPDATE, &SQL_INCIDENT_UPDATE_PLAIN };
const struct sql_list INCIDENT_STATEMENTS = { "incident/incident", LIST, sizeof LIST / sizeof *LIST };

static struct incident_standing standing_of(const struct incident *i) {
    return (struct incident_standing){ .severity = i->severity,
                                       .state = i->state,
                                       .service_id = i->service_id,
                                       .begin_at = incident_begin(i),
                                       .cause_known = i->cause != NULL || i->suspected_cause != NULL };
}

/* What other rooms follow is as it was read. */
static bool stands(const struct incident_standing *read, const struct incident_standing *now) {
    return read->severity != NULL && str_eq(read->severity, now->severity) && read->state == now->state &&
           read->service_id == now->service_id && read->cause_known == now->cause_known;
}

void incident_from_row(const struct rows *row, struct incident *out) {
    incident_from_row_at(row, 0, out);
}

void incident_from_row_at(const struct rows *row, size_t column, struct incident *out) {
    *out = (struct incident){ 0 };
    out->id = rows_i64(row, column++);
    out->ref = rows_text(row, column++);
    out->title = rows_text(row, column++);
    out->symptom = rows_text(row, column++);
    out->severity = rows_text(row, column++);
    REQUIRE(incident_state_parse(rows_text(row, column++), &out->state));
    REQUIRE(incident_kind_parse(rows_text(row, column++), &out->kind));
    out->category = (enum incident_category)(word_index(CATEGORY_WORDS, rows_text(row, column++)) + 1);
    out->detection = (enum incident_detection)(word_index(DETECTION_WORDS, rows_text(row, column++)) + 1);
    out->controllable = (enum tristate)(word_index(TRISTATE_WORDS, rows_text(row, column++)) + 1);
    out->service_id = rows_i64(row, column++);
    out->service_key = rows_text(row, column++);
    out->service_name = rows_text(row, column++);
    out->impact = rows_text(row, column++);
    out->owner = rows_text(row, column++);
    out->owner_id = rows_i64(row, column++);
    out->action = rows_text(row, column++);
    out->suspected_cause = rows_text(row, column++);
    out->status_note = rows_text(row, column++);
    out->sensitivity = rows_text(row, column++);
    out->damage = rows_text(row, column++);
    out->lang = rows_text(row, column++);
    for (int phase = 0; phase < PHASE_COUNT; phase++) out->phase_at[phase] = rows_i64(row, column++);
    out->declared_at = rows_i64(row, column++);
    out->declared_by = rows_i64(row, column++);
    out->acknowledged_at = rows_i64(row, column++);
    out->acknowledged_by = rows_i64(row, column++);
    out->mitigated_at = rows_i64(row, column++);
    out->closed_at = rows_i64(row, column++);
    out->updated_at = rows_i64(row, column++);
    out->cause = rows_text(row, column++);
    out->recovery_action = rows_text(row, column++);
    out->recovery_impact = rows_text(row, column++);
    out->follow_up = rows_text(row, column++);
    out->retro_at = rows_i64(row, column++);
    out->merged_into = rows_i64(row, column++);
    out->policy_version = rows_i64(row, column++);
    out->needs_commander = rows_i64(row, column++) == 1;
    out->version = rows_i64(row, column++);
    out->last_seq = rows_i64(row, column++);
    out->last_update_seq = rows_i64(row, column++);
    out->last_help_seq = rows_i64(row, column++);
    out->read = standing_of(out);
}

static bool write_row(struct tx *tx, const struct sql *sql, const struct incident *i, int64_t *changed,
                      struct error *err) {
    const int64_t *phase = i->phase_at;
    return tx_exec(
        tx, sql,
        ARGS(I64(i->id), TXT(i->ref), OPT_TXT(i->title), OPT_TXT(i->symptom), TXT(i->severity),
             TXT(incident_state_name(i->state)), I64(incident_is_open(i->state)), TXT(incident_kind_name(i->kind)),
             OPT_TXT(incident_category_name(i->category)), OPT_TXT(incident_detection_name(i->detection)),
             OPT_TXT(tristate_name(i->controllable)), OPT_ID(i->service_id), OPT_TXT(i->impact), OPT_TXT(i->owner),
             OPT_ID(i->owner_id), OPT_TXT(i->action), OPT_TXT(i->suspected_cause), OPT_TXT(i->status_note),
             OPT_TXT(i->sensitivity), OPT_TXT(i->damage), TXT(i->lang), I64(incident_begin(i)), OPT_ID(phase[0]),
             OPT_ID(phase[1]), OPT_ID(phase[2]), OPT_ID(phase[3]), OPT_ID(phase[4]), OPT_ID(phase[5]), OPT_ID(phase[6]),
             OPT_ID(phase[7]), I64(i->declared_at), OPT_ID(i->declared_by), OPT_ID(i->acknowledged_at),
             OPT_ID(i->acknowledged_by), OPT_ID(i->mitigated_at), OPT_ID(i->closed_at), I64(i->updated_at),
             OPT_TXT(i->cause), OPT_TXT(i->recovery_action), OPT_TXT(i->recovery_impact), OPT_TXT(i->follow_up),
             OPT_ID(i->retro_at), OPT_ID(i->merged_into), I64(i->policy_version), I64(i->needs_commander),
             I64(i->version), I64(i->last_seq), I64(i->last_update_seq), I64(i->last_help_seq)),
        changed, err);
}

static void tell(struct tx *tx, const struct incident *incident) {
    tx_on_commit(tx, arena_printf(tx_op(tx)->arena, "incident/%lld", (long long)incident->id));
    tx_on_commit(tx, arena_printf(tx_op(tx)->arena, "incident/%s", incident->ref));
    tx_on_commit(tx, "incidents");
}

static bool wake_followers(struct tx *tx, const struct incident *incident, struct error *err) {
    return due_set(tx, &(struct due){ INCIDENT_CHANGED_DUE, incident->id, "", tx_op(tx)->now_ms, NULL }, err);
}

bool incident_insert(struct tx *tx, const struct incident *incident, struct error *err) {
    tell(tx, incident);
    return write_row(tx, &SQL_INCIDENT_INSERT, incident, NULL, err) && wake_followers(tx, incident, err);
}

bool incident_save(struct tx *tx, struct incident *incident, struct error *err) {
    struct incident saved = *incident;
    saved.version = incident->version + 1;
    saved.updated_at = tx_op(tx)->now_ms;
    saved.read = standing_of(&saved);
    bool same = stands(&incident->read, &saved.read);
    bool plain = same && incident->read.begin_at == saved.read.begin_at;
    int64_t changed;
    if (!write_row(tx, plain ? &SQL_INCIDENT_UPDATE_PLAIN : &SQL_INCIDENT_UPDATE, &saved, &changed, err)) return false;
    if (changed != 1)
        return ERROR(err, ERR_STALE, "incident.stale", "%s: version %lld", saved.ref, (long long)saved.version);
    tell(tx, &saved);
    if (!same && !wake_followers(tx, &saved, err)) return false;
    *incident = saved;
    return true;
}

bool incident_by_ref(struct tx *tx, const char *ref, struct incident *out, struct error *err) {
    struct rows row;
    bool found;
    if (!tx_query_one(tx, &SQL_INCIDENT_BY_REF, ARGS(TXT(ref)), &row, &found, err)) return false;
    if (!found) return ERROR(err, ERR_NOT_FOUND, "incident.unknown", "no %.40s", ref);
    incident_from_row(&row, out);
    return true;
}

bool incident_by_id(struct tx *tx, int64_t id, struct incident *out, struct error *err) {
    struct rows row;
    bool found;
    if (!tx_query_one(tx, &SQL_INCIDENT_BY_ID, ARGS(I64(id)), &row, &found, err)) return false;
    if (!found) return ERROR(err, ERR_NOT_FOUND, "incident.unknown", "no incident %lld", (long long)id);
    incident_from_row(&row, out);
    return true;
}
