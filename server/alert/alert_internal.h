/* Shared inside alert/ only. */
#ifndef BONGSU_ALERT_INTERNAL_H
#define BONGSU_ALERT_INTERNAL_H

#include "alert/alert.h"
#include "alert/alert_sql.h"
#include "alert/rule.h"

/* --- alert_sql.c --- */
bool alert_row_open(struct tx *tx, const char *open_key, struct alert *out, bool *found, struct error *err) NODISCARD;
bool alert_row_last(struct tx *tx, int64_t integration_id, const char *fingerprint, struct alert *out, bool *found,
                    struct error *err) NODISCARD; /* newest, open or not */
bool alert_row_find(struct tx *tx, int64_t id, struct alert *out, bool *found, struct error *err) NODISCARD;
bool alert_row_insert(struct tx *tx, const struct alert *alert, const char *open_key, struct error *err) NODISCARD;
/* State, times, occurrences, title, labels, link, class; open_key NULL closes it. */
bool alert_row_update(struct tx *tx, const struct alert *alert, const char *open_key, struct error *err) NODISCARD;
/* Newest alert of the group that has an incident, seen since. */
bool alert_row_of_group(struct tx *tx, int64_t integration_id, const char *group_hash, int64_t since,
                        int64_t *incident_id, struct error *err) NODISCARD;
bool alert_rows_open_of_group(struct tx *tx, int64_t integration_id, const char *group_hash, struct alert_list *out,
                              struct error *err) NODISCARD;
bool alert_rows_open_of_incident(struct tx *tx, int64_t incident_id, int64_t *count, struct error *err) NODISCARD;
bool alert_rows_list(struct tx *tx, const struct alert_query *query, struct alert_list *out,
                     struct error *err) NODISCARD;
bool alert_rows_accuracy(struct tx *tx, int64_t from, int64_t until, struct alert_accuracy *out,
                         struct error *err) NODISCARD;
bool open_incident_of_service(struct tx *tx, int64_t service_id, int64_t *incident_id, struct error *err) NODISCARD;
bool service_id_of_key(struct tx *tx, const char *key, int64_t *id, struct error *err) NODISCARD; /* 0: unknown */

/* --- integration_sql.c --- */
bool integration_row_find(struct tx *tx, int64_t id, struct integration *out, bool *found, struct error *err) NODISCARD;
bool integration_row_by_key(struct tx *tx, const char *key, struct integration *out, bool *found,
                            struct error *err) NODISCARD;
bool integration_rows_list(struct tx *tx, struct integration_list *out, struct error *err) NODISCARD;
bool integration_row_insert(struct tx *tx, const struct integration *integration, struct error *err) NODISCARD;
bool integration_row_update(struct tx *tx, const struct integration *integration, int64_t *changed,
                            struct error *err) NODISCARD;
bool integration_row_beat(struct tx *tx, int64_t id, int64_t at, struct error *err) NODISCARD;
bool integration_row_remove(struct tx *tx, int64_t id, int64_t at, int64_t *changed, struct error *err) NODISCARD;

#endif
