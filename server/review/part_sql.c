/* Parts of a document and the notes on its pace as rows. */
#include "review/review_internal.h"

#include "base/str.h"

SQL(PART_LOAD, "i", "titi", "SELECT part, version, saved_by, saved_at FROM document_part WHERE document_id = ?1");

SQL(PART_SAVE, "ittii", "",
    "INSERT INTO document_part (document_id, part, version, saved_by, saved_at) VALUES (?1, ?2, 1, ?3, ?4) "
    "ON CONFLICT (document_id, part) DO UPDATE SET version = document_part.version + 1, saved_by = excluded.saved_by, "
    "saved_at = excluded.saved_at WHERE document_part.version = ?5");

SQL(PACE_LOAD, "i", "tt", "SELECT phase, note FROM document_pace WHERE document_id = ?1");

SQL(PACE_PUT, "itt", "",
    "INSERT INTO document_pace (document_id, phase, note) VALUES (?1, ?2, ?3) "
    "ON CONFLICT (document_id, phase) DO UPDATE SET note = excluded.note");

SQL(PACE_CLEAR, "it", "", "DELETE FROM document_pace WHERE document_id = ?1 AND phase = ?2");

static const struct sql *const STATEMENTS[] = { &PART_LOAD, &PART_SAVE, &PACE_LOAD, &PACE_PUT, &PACE_CLEAR };
const struct sql_list PART_STATEMENTS = { "review/part", STATEMENTS, sizeof STATEMENTS / sizeof *STATEMENTS };

bool part_rows_load(struct tx *tx, struct document *document, struct error *err) {
    struct rows parts, notes;
    if (!tx_query(tx, &PART_LOAD, ARGS(I64(document->id)), &parts, err) ||
        !tx_query(tx, &PACE_LOAD, ARGS(I64(document->id)), &notes, err)) {
        return false;
    }
    while (rows_next(&parts)) {
        enum document_part part;
        if (!document_part_parse(rows_text(&parts, 0), &part)) die("unknown part of a document");
        document->parts[part] = (struct part){ rows_i64(&parts, 1), rows_text(&parts, 2), rows_i64(&parts, 3) };
    }
    while (rows_next(&notes)) {
        enum incident_phase phase;
        if (!incident_phase_parse(rows_text(&notes, 0), &phase)) die("pace of an unknown phase");
        document->pace[phase] = rows_text(&notes, 1);
    }
    return true;
}

bool part_row_save(struct tx *tx, int64_t document_id, enum document_part part, int64_t version, bool *saved,
                   struct error *err) {
    const struct op *op = tx_op(tx);
    int64_t changed = 0;
    if (!tx_exec(
            tx, &PART_SAVE,
            ARGS(I64(document_id), TXT(document_part_name(part)), TXT(op->actor->name), I64(op->now_ms), I64(version)),
            &changed, err)) {
        return false;
    }
    *saved = changed == 1;
    return true;
}

bool pace_row_put(struct tx *tx, int64_t document_id, enum incident_phase phase, const char *note, struct error *err) {
    const char *name = incident_phase_name(phase);
    if (str_blank(note)) return tx_exec(tx, &PACE_CLEAR, ARGS(I64(document_id), TXT(name)), NULL, err);
    return tx_exec(tx, &PACE_PUT, ARGS(I64(document_id), TXT(name), TXT(note)), NULL, err);
}
