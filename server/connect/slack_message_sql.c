/* Messages of incidents in Slack: see slack_message.h. */
#include "connect/slack_message.h"

SQL(SQL_SLACK_PLACES, "iti", "ttt",
    "SELECT asked, channel, ts FROM slack_message WHERE destination_id = ?1 AND incident_ref = ?2 "
    "ORDER BY asked LIMIT ?3");
SQL(SQL_SLACK_PLACE_KEEP, "itttti", "",
    "INSERT INTO slack_message (destination_id, incident_ref, asked, channel, ts, posted_at) "
    "VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT (destination_id, incident_ref, asked) "
    "DO UPDATE SET channel = ?4, ts = ?5, posted_at = ?6");
SQL(SQL_SLACK_PLACE_INCIDENT, "tt", "t",
    "SELECT incident_ref FROM slack_message WHERE channel = ?1 AND ts = ?2 LIMIT 1");
SQL(SQL_SLACK_PLACES_FORGET, "i", "", "DELETE FROM slack_message WHERE destination_id = ?1");

static const struct sql *const STATEMENTS[] = { &SQL_SLACK_PLACES, &SQL_SLACK_PLACE_KEEP, &SQL_SLACK_PLACE_INCIDENT,
                                                &SQL_SLACK_PLACES_FORGET };
const struct sql_list SLACK_MESSAGE_STATEMENTS = { "connect", STATEMENTS, sizeof STATEMENTS / sizeof *STATEMENTS };

bool slack_places(struct tx *tx, int64_t destination_id, const char *ref, struct slack_place *out, size_t *count,
                  struct error *err) {
    struct rows rows;
    if (!tx_query(tx, &SQL_SLACK_PLACES, ARGS(I64(destination_id), TXT(ref), I64(SLACK_MESSAGES_MAX)), &rows, err)) {
        return false;
    }
    for (*count = 0; rows_next(&rows);) {
        out[(*count)++] = (struct slack_place){ rows_text(&rows, 0), rows_text(&rows, 1), rows_text(&rows, 2) };
    }
    return true;
}

bool slack_place_keep(struct tx *tx, int64_t destination_id, const char *ref, const struct slack_place *place,
                      struct error *err) {
    return tx_exec(tx, &SQL_SLACK_PLACE_KEEP,
                   ARGS(I64(destination_id), TXT(ref), TXT(place->asked), TXT(place->channel), TXT(place->ts),
                        I64(tx_op(tx)->now_ms)),
                   NULL, err);
}

bool slack_place_incident(struct tx *tx, const char *channel, const char *ts, const char **ref, bool *found,
                          struct error *err) {
    struct rows row;
    if (!tx_query_one(tx, &SQL_SLACK_PLACE_INCIDENT, ARGS(TXT(channel), TXT(ts)), &row, found, err)) return false;
    if (*found) *ref = rows_text(&row, 0);
    return true;
}

bool slack_places_forget(struct tx *tx, int64_t destination_id, struct error *err) {
    return tx_exec(tx, &SQL_SLACK_PLACES_FORGET, ARGS(I64(destination_id)), NULL, err);
}
