/* The directory: everybody with how they are reached. */
#include "escalation/contact_rows.h"

#include "base/arena.h"

struct listing {
    struct user_list people;
    struct contact_list out;
};

static bool read_connected(struct tx *tx, bool connected[PERSONAL_KIND_COUNT], struct error *err) {
    for (size_t i = 0; i < PERSONAL_KIND_COUNT; i++) {
        if (!personal_connected(tx, (enum personal_kind)i, &connected[i], err)) return false;
    }
    return true;
}

static bool list_in_tx(struct tx *tx, void *arg, struct error *err) {
    struct listing *listing = arg;
    bool connected[PERSONAL_KIND_COUNT];
    listing->out = (struct contact_list){ ARENA_ARRAY(tx_op(tx)->arena, listing->people.count, struct contact_entry), 0,
                                          listing->people.more };
    if (!read_connected(tx, connected, err)) return false;
    for (size_t i = 0; i < listing->people.count; i++) {
        struct contact_entry *entry = &listing->out.items[listing->out.count++];
        entry->user = listing->people.items[i];
        if (!contact_find(tx, &entry->user, &entry->card, err)) return false;
        for (size_t j = 0; j < entry->card.method_count; j++) {
            const struct contact_method *method = &entry->card.methods[j];
            if (connected[method->kind] && *method->address != '\0') entry->reachable = true;
        }
    }
    return true;
}

bool contact_list(struct op *op, const struct user_query *query, struct contact_list *out, struct error *err) {
    struct listing listing = { 0 };
    if (!user_list(op, query, &listing.people, err) || !store_read(op, list_in_tx, &listing, err)) return false;
    *out = listing.out;
    return true;
}
