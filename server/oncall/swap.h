/* Swaps: two people exchange shifts of one schedule. One asks, the other accepts or declines; the asker may withdraw;
 * what nobody answered expires when the earlier shift begins. Accepting writes both overrides in one transaction, or
 * neither: if one of the shifts is no longer theirs by then, nothing changes (`swap.changed`).
 *
 * Everybody who is on call may swap their own shifts (PERM_SELF); the other person is told by Slack or mail. */
#ifndef BONGSU_ONCALL_SWAP_H
#define BONGSU_ONCALL_SWAP_H

#include "ledger/ledger.h"
#include "oncall/rota.h"
#include "people/user.h"

enum { SWAP_NOTE_MAX = 200, SWAPS_OPEN_MAX = 20, SWAPS_LISTED = 50 };

#define SWAP_EXPIRE_DUE "swap.expire" /* subject: the swap */

enum swap_state { SWAP_OPEN, SWAP_ACCEPTED, SWAP_DECLINED, SWAP_WITHDRAWN, SWAP_EXPIRED };
const char *swap_state_name(enum swap_state state); /* "open" … */

struct swap_side {
    int64_t user_id;
    const char *name; /* as shown */
    int64_t start_ms, end_ms; /* the shift this person gives */
};
struct swap {
    int64_t id, schedule_id;
    const char *schedule_key, *schedule_name;
    const char *role; /* "primary" or "secondary" */
    struct swap_side asker, other;
    const char *note;
    enum swap_state state;
    int64_t created_ms, expires_ms, decided_ms; /* decided_ms 0: not yet */
};
struct swap_list {
    struct swap *items; /* newest first */
    size_t count;
};

/* body: {schedule, role?, start, end, with, with_start, with_end, note?}. Fields: `past`, `too_early`, `not_on_call`
 * (not one's own all that time), `overlap`, `already_on_call`, `itself`. ERR_CONFLICT `swap.too_many`, `swap.twice`. */
bool swap_ask(struct op *op, const json_t *body, struct swap *out, struct error *err) NODISCARD;
/* ERR_NOT_FOUND `swap.not_found` (also for others' swaps), ERR_CONFLICT `swap.not_open`, `swap.changed`. */
bool swap_accept(struct op *op, int64_t id, struct swap *out, struct error *err) NODISCARD;
bool swap_decline(struct op *op, int64_t id, struct swap *out, struct error *err) NODISCARD;
bool swap_withdraw(struct op *op, int64_t id, struct swap *out, struct error *err) NODISCARD;

bool swap_load(struct op *op, int64_t id, struct swap *out, struct error *err) NODISCARD; /* one's own */
bool swap_list(struct op *op, struct swap_list *out, struct error *err) NODISCARD; /* one's own */

bool swap_expire_due(struct tx *tx, const struct due *due, struct error *err) NODISCARD;

json_t *swap_json(struct arena *arena, const struct swap *swap);

extern const struct sql_list SWAP_STATEMENTS;

#endif
