/* Inside escalation/: rows of contacts (contact_sql.c) and reading their document (contact_card.c). */
#ifndef BONGSU_ESCALATION_CONTACT_ROWS_H
#define BONGSU_ESCALATION_CONTACT_ROWS_H

#include "escalation/contact.h"

struct contact_row {
    int64_t user_id;
    const char *document;
    int64_t backup_id;
    const char *backup_name, *backup_login;
    int64_t confirmed_ms, asked_ms, version;
};
bool contact_sql_find(struct tx *tx, int64_t user_id, struct contact_row *out, bool *found,
                      struct error *err) NODISCARD;
/* Inserts or replaces; false *written: another version is there. row->version is the one that was read. */
bool contact_sql_put(struct tx *tx, const struct contact_row *row, bool *written, struct error *err) NODISCARD;
bool contact_sql_confirm(struct tx *tx, int64_t user_id, struct error *err) NODISCARD;
bool contact_sql_ask(struct tx *tx, int64_t user_id, struct error *err) NODISCARD;

bool contact_sql_trial_put(struct tx *tx, int64_t user_id, const struct contact_method *method, int64_t outbox_id,
                           struct error *err) NODISCARD;
struct contact_trial_row {
    const char *kind, *address;
    int64_t outbox_id, at_ms;
};
struct contact_trial_rows {
    struct contact_trial_row *items;
    size_t count;
};
bool contact_sql_trials(struct tx *tx, int64_t user_id, struct contact_trial_rows *out, struct error *err) NODISCARD;

/* Checks what was typed (faults into the op) and fills the card; without the person's own addresses. */
void contact_read(struct op *op, const json_t *body, struct contact_card *out);
/* What is stored of a card. */
json_t *contact_document(struct arena *arena, const struct contact_card *card);
/* Methods by what stands in the account, in the order slack, sms, phone, email. */
void contact_standard(struct contact_card *card);
void contact_resolve(const struct user *user, struct contact_card *card); /* fills address */

#endif
