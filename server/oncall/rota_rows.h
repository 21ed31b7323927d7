/* Inside oncall/: rows of stored schedules (rota_sql.c). */
#ifndef BONGSU_ONCALL_ROTA_ROWS_H
#define BONGSU_ONCALL_ROTA_ROWS_H

#include "oncall/rota.h"

bool rota_sql_find(struct tx *tx, int64_t id, const char *key, struct rota *out, bool *found,
                   struct error *err) NODISCARD;
bool rota_sql_all(struct tx *tx, struct rota_list *out, struct error *err) NODISCARD;
bool rota_sql_insert(struct tx *tx, const struct rota *rota, bool *inserted, struct error *err) NODISCARD;
/* Document, name and a new version; false *changed: another version is there. */
bool rota_sql_update(struct tx *tx, const struct rota *rota, bool *changed, struct error *err) NODISCARD;
bool rota_sql_touch(struct tx *tx, int64_t id, struct error *err) NODISCARD;
bool rota_sql_delete(struct tx *tx, int64_t id, struct error *err) NODISCARD; /* with all that belongs to it */

struct rota_change {
    int64_t id, schedule_id;
    const char *layer_id;
    int64_t effective_ms;
    const char *participants; /* JSON */
};
struct rota_changes {
    struct rota_change *items;
    size_t count;
};
bool rota_sql_change_insert(struct tx *tx, const struct rota_change *change, struct error *err) NODISCARD;
bool rota_sql_changes(struct tx *tx, int64_t schedule_id, struct rota_changes *out, struct error *err) NODISCARD;

bool rota_sql_override_insert(struct tx *tx, const struct rota_override *override, struct error *err) NODISCARD;
bool rota_sql_override_find(struct tx *tx, int64_t id, struct rota_override *out, bool *found,
                            struct error *err) NODISCARD;
bool rota_sql_override_end(struct tx *tx, int64_t id, int64_t end_ms, struct error *err) NODISCARD;
bool rota_sql_override_delete(struct tx *tx, int64_t id, struct error *err) NODISCARD;

struct rota_person {
    int64_t id;
    const char *name;
    int64_t disabled_ms; /* 0: works here */
};
struct rota_people {
    struct rota_person *items; /* by id */
    size_t count;
};
bool rota_sql_people(struct tx *tx, struct rota_people *out, struct error *err) NODISCARD;

/* --- rota_document.c --- */
/* Checks a described schedule (faults into the op) and makes the document that is stored: people as ids, every layer
 * with an id and its zone. NULL after faults. */
json_t *rota_document(struct tx *tx, const json_t *body, struct error *err);
/* The stored document after `body`: kept layers, successors, and those that end now. Changes of people are written. */
struct rota_merge {
    const struct rota *rota;
    const json_t *before, *after;
    json_t *document; /* out */
};
bool rota_document_merge(struct tx *tx, struct rota_merge *merge, struct error *err) NODISCARD;
/* Participants as user ids, in a new list; faults into the op under `field`. */
bool rota_people_ids(struct tx *tx, const json_t *list, const char *field, json_t *out, struct error *err) NODISCARD;
bool rota_person_id(struct tx *tx, const char *text, const char *field, int64_t *out, struct error *err) NODISCARD;

#endif
