/* Inside escalation/: rows of running escalations (stored_sql.c) and the world they look at (stored_world.c). */
#ifndef BONGSU_ESCALATION_STORED_H
#define BONGSU_ESCALATION_STORED_H

#include "escalation/escalate.h"
#include "escalation/run.h"
#include "incident/incident.h"

struct stored {
    int64_t incident_id, paths_version;
    const char *severity, *notice_severity, *seen_state;
    struct escalation_state state;
};
bool stored_find(struct tx *tx, int64_t incident_id, struct stored *out, bool *found, struct error *err) NODISCARD;
bool stored_put(struct tx *tx, const struct stored *stored, struct error *err) NODISCARD;

struct stored_ids {
    int64_t *items;
    size_t count;
};
bool stored_waiting(struct tx *tx, struct stored_ids *out, struct error *err) NODISCARD; /* incidents with a step due */

struct stored_page {
    int64_t run, loop, step, at;
    const char *recipient, *kind, *reason;
    int64_t id; /* of one that was read */
};
struct stored_pages {
    struct stored_page *items; /* as sent */
    size_t count;
};
/* *id: 0 if it was there already. */
bool stored_page_add(struct tx *tx, int64_t incident_id, const struct stored_page *page, int64_t *id,
                     struct error *err) NODISCARD;
bool stored_page_find(struct tx *tx, int64_t id, struct stored_page *out, int64_t *incident_id, bool *found,
                      struct error *err) NODISCARD;
bool stored_pages(struct tx *tx, int64_t incident_id, struct stored_pages *out, struct error *err) NODISCARD;

/* What a page did to reach somebody (reach.h). */
struct stored_message {
    int64_t page_id;
    const char *kind, *address;
    const char *reason; /* NULL: it went */
    int64_t outbox_id, at;
    const char *state; /* of one that was read: "ready" "sent" "dead", NULL if there is nothing to say */
};
struct stored_messages {
    struct stored_message *items; /* in order */
    size_t count;
};
bool stored_message_add(struct tx *tx, int64_t incident_id, const struct stored_message *message,
                        struct error *err) NODISCARD;
bool stored_messages(struct tx *tx, int64_t incident_id, struct stored_messages *out, struct error *err) NODISCARD;

bool stored_paths_find(struct tx *tx, int64_t version, const char **document, bool *found, struct error *err) NODISCARD;
bool stored_paths_newest(struct tx *tx, int64_t *version, struct error *err) NODISCARD; /* 0: none saved yet */
bool stored_paths_insert(struct tx *tx, int64_t version, const char *document, struct error *err) NODISCARD;
bool stored_role_members(struct tx *tx, const char *role, struct stored_ids *out, struct error *err) NODISCARD;

/* --- stored_paths.c --- */
/* The document of a version; 0 is the preset that is in force before anything was saved. */
bool stored_document(struct tx *tx, int64_t version, json_t **out, struct error *err) NODISCARD;
/* Checks a document, or one severity's path in it, which *out then is; faults go to the op and fail. */
bool stored_check(struct tx *tx, const json_t *document, const char *severity, const struct path **out,
                  struct error *err) NODISCARD;
/* The path of a severity in a version (-1: the newest); NULL if it has none. */
bool stored_path(struct tx *tx, int64_t *version, const char *severity, const struct path **out,
                 struct error *err) NODISCARD;

/* --- stored_world.c --- */
/* What happened in one go. The callbacks of struct world cannot fail; the first failure is kept here. */
struct deed {
    struct tx *tx;
    struct incident *incident;
    const struct escalation *escalation;
    bool failed, touched; /* the timeline grew */
    struct error *err;
};
struct world stored_world(struct deed *deed);
bool stored_note(struct deed *deed, const char *key, const char *name, size_t step); /* in the timeline */

#endif
