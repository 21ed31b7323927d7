/* See tell.h. */
#include "people/tell.h"

#include "base/arena.h"
#include "ledger/personal.h"

bool person_tell(struct tx *tx, const struct user *user, const struct letter *letter, struct error *err) {
    struct arena *arena = tx_op(tx)->arena;
    const char *portal;
    int64_t row_id = 0;
    if (user->disabled_ms != 0) return true;
    if (!portal_find(tx, &portal, err)) return false;
    struct personal message = { .kind = PERSONAL_SLACK,
                                .address = user->slack_id,
                                .topic = letter->topic,
                                .order_key = arena_printf(arena, "tell/%lld", (long long)user->id),
                                .subject = letter->subject,
                                .text = letter->text,
                                .lang = user->lang,
                                .link = *portal == '\0' ? NULL : arena_printf(arena, "%s%s", portal, letter->path) };
    if (*user->slack_id != '\0' && !outbox_personal(tx, &message, &row_id, err)) return false;
    if (row_id != 0 || *user->email == '\0') return true;
    message.kind = PERSONAL_EMAIL;
    message.address = user->email;
    return outbox_personal(tx, &message, NULL, err);
}
