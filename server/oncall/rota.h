/* Stored schedules. The stored document and its rows are read by the very reader of the stateless preview
 * (schedule_json.h), so both answer alike. Nothing that was the case is rewritten:
 *   - other people in a layer are a schedule_change row from now (or later) on;
 *   - a layer whose rotation, windows or priority change ends now, and its successor begins now;
 *   - an account that is disabled counts as a person who left at that instant.
 * Overrides are kept in order of creation; taking one back ends it now if it has begun.
 * Changes need PERM_SCHEDULE; taking over a shift oneself needs PERM_RESPOND; reading needs PERM_READ. */
#ifndef BONGSU_ONCALL_ROTA_H
#define BONGSU_ONCALL_ROTA_H

#include "oncall/schedule.h"
#include "people/permission.h"
#include "store/db.h"

#include <jansson.h>

enum {
    ROTA_KEY_MAX = 40,
    ROTA_NAME_MAX = 80,
    ROTA_NOTE_MAX = 200,
    ROTA_MAX = 200,
    ROTA_DOCUMENT_MAX = 256 * 1024,
    ROTA_CHANGES_MAX = 1500
};

struct rota {
    int64_t id;
    const char *key, *name;
    const char *document; /* JSON */
    int64_t created_ms, updated_ms, version;
};
struct rota_list {
    struct rota *items; /* by key */
    size_t count;
};

/* `which` is an id or a key. ERR_NOT_FOUND `schedule.not_found`. */
bool rota_find(struct tx *tx, const char *which, struct rota *out, struct error *err) NODISCARD;
bool rota_all(struct tx *tx, struct rota_list *out, struct error *err) NODISCARD;
/* Ready to be asked. People are user ids as text, schedule->names their names. */
bool rota_schedule(struct tx *tx, const struct rota *rota, struct schedule **out, struct error *err) NODISCARD;
/* The same in a read of its own. */
bool rota_load(struct op *op, const char *which, struct rota *rota, struct schedule **out, struct error *err) NODISCARD;

/* --- changes --- */

/* body: {key, name, zone, secondary?, layers[]}; participants are ids, logins or names. */
bool rota_add(struct op *op, const json_t *body, struct rota *out, struct error *err) NODISCARD;
/* Members that are absent stay. Layers are told apart by their `id`; one that is not listed ends now.
 * version 0 skips the check; ERR_STALE `schedule.stale`. */
bool rota_update(struct op *op, const char *which, int64_t version, const json_t *body, struct rota *out,
                 struct error *err) NODISCARD;
/* For good, with its overrides and calendar addresses; the audit log keeps what it was. version as above. Inside the
 * transaction of escalation/mention.h, which asks the paths first. */
bool rota_delete(struct tx *tx, const char *which, int64_t version, struct error *err) NODISCARD;
/* A body as rota_add takes it, checked the same way and ready to be asked, with nothing stored. */
bool rota_draft(struct op *op, const json_t *body, struct schedule **out, struct error *err) NODISCARD;
/* body: {participants[], effective_at?}: now by default, never in the past (`past`). */
bool rota_set_participants(struct op *op, const char *layer_id, const json_t *body, struct error *err) NODISCARD;

struct rota_override {
    int64_t id, schedule_id;
    const char *role, *kind, *note, *created_by;
    int64_t out_user, in_user; /* 0: none */
    int64_t start_ms, end_ms, created_ms;
};
struct rota_overrides {
    struct rota_override *items; /* in order of creation */
    size_t count;
};
/* body: {type, out?, in?, start, end, role?, note?}. */
bool rota_override_add(struct op *op, const char *which, const json_t *body, struct rota_override *out,
                       struct error *err) NODISCARD;
bool rota_override_end(struct op *op, int64_t id, struct error *err) NODISCARD;
bool rota_overrides(struct tx *tx, int64_t schedule_id, struct rota_overrides *out, struct error *err) NODISCARD;
/* The actor is on call instead of everybody (primary) from now to the end of the running shift. */
bool rota_take_over(struct op *op, const char *which, struct rota_override *out, struct error *err) NODISCARD;

/* PERM_READ. Whether the schedule of the body's key is there, and whether it is still what the body describes: what an
 * import that stopped half-way has written already. */
enum rota_standing { ROTA_MISSING, ROTA_SAME, ROTA_OTHER };
bool rota_compare(struct op *op, const json_t *body, enum rota_standing *out, struct error *err) NODISCARD;

/* --- as JSON --- */

json_t *rota_json(struct arena *arena, const struct rota *rota, const struct schedule *schedule);
/* With `conflicts`: other overrides of the role at the same time that were made before. */
json_t *rota_override_json(struct arena *arena, const struct rota_override *override,
                           const struct rota_overrides *among);

extern const struct sql_list ROTA_STATEMENTS;

#endif
