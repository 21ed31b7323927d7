/* Planned maintenance (R-J11): a time in which a service, or everything, is expected not to work as usual. The same
 * rows are shown to customers (notice/status.h), keep alerts from declaring incidents (alert/ingest.c) and hold
 * running escalations (escalation/hold.c).
 *
 * A repeated one is planned as rows of their own, so that each can be moved or cancelled alone. Beginning and end are
 * due rows of kind MAINTENANCE_EDGE_DUE: whatever depends on them looks again then. */
#ifndef BONGSU_SERVICE_MAINTENANCE_H
#define BONGSU_SERVICE_MAINTENANCE_H

#include "ledger/ledger.h"
#include "service/service.h"

enum {
    MAINTENANCE_TITLE_MAX = 120,
    MAINTENANCE_NOTE_MAX = 2000,
    MAINTENANCE_TIMES_MAX = 60,
    MAINTENANCE_LIST_MAX = 200
};

#define MAINTENANCE_EDGE_DUE "maintenance.edge" /* subject: the maintenance; variants "start", "end" */

enum maintenance_state { MAINTENANCE_SCHEDULED, MAINTENANCE_ACTIVE, MAINTENANCE_COMPLETED, MAINTENANCE_CANCELLED };
const char *maintenance_state_name(enum maintenance_state state); /* "scheduled" "in_progress" … */

struct maintenance {
    int64_t id;
    const char *title, *title_en; /* title_en "": the same */
    const char *note, *note_en; /* "" for none */
    int64_t service_id; /* 0: everything */
    const char *service_name; /* "" for everything */
    const char *service_key;
    int64_t starts_at, ends_at;
    int64_t was_starts_at, was_ends_at; /* before it was last moved; 0: never */
    bool public;
    int64_t cancelled_at; /* 0: not */
    int64_t series_id; /* 0: planned alone */
    const char *created_by;
    int64_t created_at, updated_at;
    int64_t version;
};

struct maintenance_list {
    struct maintenance *items;
    size_t count;
};

/* As typed; NULL: as it is (planning: the default). Instants: RFC 3339, or local as a form sends them. */
struct maintenance_input {
    const char *title, *title_en, *note, *note_en, *service, *starts_at, *ends_at, *public;
    const char *repeat; /* planning only: none, daily, weekly, monthly */
    const char *times; /* how often in all, 2–60 */
};

/* Changes need PERM_SERVICE, reading PERM_READ. Field errors; ERR_NOT_FOUND maintenance.not_found, ERR_STALE
 * maintenance.stale, ERR_CONFLICT maintenance.over (ended or cancelled ones stay as they were). */
bool maintenance_plan(struct op *op, const struct maintenance_input *input, struct maintenance *out,
                      struct error *err) NODISCARD; /* out: the first */
bool maintenance_edit(struct op *op, int64_t id, int64_t version, const struct maintenance_input *input,
                      struct maintenance *out, struct error *err) NODISCARD;
/* following: also the later ones planned together with it. One that runs ends now. */
bool maintenance_cancel(struct op *op, int64_t id, bool following, struct maintenance *out,
                        struct error *err) NODISCARD;
bool maintenance_load(struct op *op, int64_t id, struct maintenance *out, struct error *err) NODISCARD;
/* past: what is over, newest first; otherwise what runs or comes, soonest first. */
bool maintenance_list(struct op *op, bool past, struct maintenance_list *out, struct error *err) NODISCARD;

enum maintenance_state maintenance_state_at(const struct maintenance *maintenance, int64_t now_ms);

/* --- inside another room's transaction --- */
bool maintenance_find(struct tx *tx, int64_t id, struct maintenance *out, bool *found, struct error *err) NODISCARD;
/* Whether a service is under maintenance at that instant; service_id 0: only what covers everything counts. */
bool maintenance_covers(struct tx *tx, int64_t service_id, int64_t at, bool *covered, struct error *err) NODISCARD;
/* What customers may know of, newest beginning first; of cancelled ones those that were called off before they began
 * and whose time has not passed. */
bool maintenance_public(struct tx *tx, struct maintenance_list *out, struct error *err) NODISCARD;

json_t *maintenance_json(struct op *op, const struct maintenance *maintenance);

#endif
