/* Hand-over notes (R-J6). An hour before somebody's shift as primary ends, a due row offers them to write what the next
 * one should know; the note can be written and changed until a day after the shift, and is shown to whoever is on call
 * then, until it has been read. */
#ifndef BONGSU_ONCALL_HANDOVER_H
#define BONGSU_ONCALL_HANDOVER_H

#include "ledger/ledger.h"
#include "oncall/rota.h"

#define HANDOVER_DUE "oncall.handover"

enum { HANDOVER_TEXT_MAX = 4000, HANDOVER_LEAD_S = 3600, HANDOVER_OPEN_S = 86400, HANDOVERS_SHOWN = 20 };

struct handover {
    int64_t id, schedule_id, user_id, ends_at; /* ends_at: unix seconds */
    const char *schedule_key, *schedule_name, *user_name;
    const char *body; /* NULL: offered */
    int64_t written_ms; /* 0: not yet */
    const char *seen_by; /* NULL: not yet */
    int64_t seen_ms;
    int64_t version; /* 0: not stored yet */
};
struct handover_list {
    struct handover *items;
    size_t count;
};

/* The notes of a schedule, the latest shift first, at most HANDOVERS_SHOWN. PERM_READ. */
bool handover_list(struct op *op, const char *schedule, struct handover_list *out, struct error *err) NODISCARD;
/* The actor's own note there: of the shift they are in, or had until a day ago. *mine false: there is none to write. */
bool handover_own(struct op *op, const char *schedule, bool *mine, struct handover *out, struct error *err) NODISCARD;
/* PERM_RESPOND. ERR_CONFLICT `handover.no_shift`; ERR_STALE `handover.stale`; version 0 for one that was never saved.
 */
struct handover_input {
    const char *schedule, *body;
    int64_t version; /* as read; -1 skips the check */
};
bool handover_write(struct op *op, const struct handover_input *input, struct handover *out,
                    struct error *err) NODISCARD;
/* "I have read it": the first who says so is kept. PERM_RESPOND. ERR_NOT_FOUND `handover.not_found`. */
bool handover_seen(struct op *op, int64_t id, struct error *err) NODISCARD;

/* What waits for the actor: own notes that were offered and not written, and those of others to be read by whoever is
 * on call now. */
struct handover_tasks {
    struct handover_list write, read;
};
bool handover_tasks(struct op *op, struct handover_tasks *out, struct error *err) NODISCARD;

json_t *handover_json(struct arena *arena, const struct handover *handover);

/* Due handler of kind HANDOVER_DUE, one row a schedule: offers, and waits for the next change. */
bool handover_due(struct tx *tx, const struct due *due, struct error *err) NODISCARD;

extern const struct sql_list HANDOVER_STATEMENTS;

#endif
