/* Contacts (R-D3, R-D5): how each person is reached, in which order, when they would rather not be called, who stands
 * in for them. Whoever said nothing is reached by what stands in the account.
 *
 * Once a month everybody is asked whether it is still right; a trial message shows whether it works. */
#ifndef BONGSU_ESCALATION_CONTACT_H
#define BONGSU_ESCALATION_CONTACT_H

#include "ledger/ledger.h"
#include "ledger/personal.h"
#include "people/user.h"

enum {
    CONTACT_METHODS_MAX = 6,
    CONTACT_QUIET_MAX = 3,
    CONTACT_AFTER_MAX = 60, /* minutes */
    CONTACT_ADDRESS_MAX = 200,
    CONTACT_SEVERITIES_MAX = 6,
    CONTACT_TRIAL_WAIT_MS = 60 * 1000 /* between two trials of one person: calls cost money */
};

struct contact_method {
    enum personal_kind kind;
    const char *own; /* as typed; "" for the account's */
    const char *address; /* that, or the account's; "" if there is neither */
    int64_t after_min; /* minutes after the page, unless somebody took it by then */
};
/* At these severities, not by these ways, at this time of day where the person is. The gravest severity never waits. */
struct contact_quiet {
    const char *severities[CONTACT_SEVERITIES_MAX];
    size_t severity_count;
    unsigned kinds; /* bits of enum personal_kind */
    int from, to; /* minutes of the day; to <= from ends on the next day */
};
struct contact_card {
    int64_t user_id;
    struct contact_method methods[CONTACT_METHODS_MAX]; /* in the order they are tried */
    size_t method_count;
    struct contact_quiet quiet[CONTACT_QUIET_MAX];
    size_t quiet_count;
    int64_t backup_id; /* 0: nobody */
    const char *backup_name, *backup_login; /* "" without, or if they left */
    int64_t confirmed_ms, asked_ms; /* 0: never; asked_ms: a reminder that waits for its answer */
    int64_t version; /* 1 before it was saved for the first time */
};

bool contact_find(struct tx *tx, const struct user *user, struct contact_card *out, struct error *err) NODISCARD;
/* PERM_READ. ERR_NOT_FOUND `user.not_found`. */
bool contact_load(struct op *op, int64_t user_id, struct user *user, struct contact_card *out,
                  struct error *err) NODISCARD;

/* One's own: PERM_SELF; somebody else's: PERM_ADMIN. Saving says that it is right as well.
 * body: {methods: [{kind, address?, after_min?}], quiet?: [{severities[], kinds[], from, to}], backup?}; all of it is
 * replaced. version 0 skips the check; ERR_STALE `contact.stale`. */
struct contact_edit {
    int64_t user_id, version;
    const json_t *body;
};
bool contact_save(struct op *op, const struct contact_edit *edit, struct error *err) NODISCARD;
/* "Still right": the actor's own. Asked again in a month. */
bool contact_confirm(struct op *op, struct error *err) NODISCARD;

/* Due handler of kind CONTACT_CONFIRM_DUE (people/user.h), one row a person: asks during working hours, and again in a
 * month. */
bool contact_confirm_due(struct tx *tx, const struct due *due, struct error *err) NODISCARD;

/* --- trials --- */
/* A trial message by every one of the actor's methods. ERR_LIMIT `contact.trial_too_soon`. */
bool contact_try(struct op *op, struct error *err) NODISCARD;
struct contact_trial {
    enum personal_kind kind;
    const char *address;
    int64_t at_ms;
    const char *result; /* "waiting" "sent" "failed" "not_connected" "forgotten" */
    const char *fault; /* of a failed one; may be NULL */
};
struct contact_trials {
    struct contact_trial *items;
    size_t count;
};
bool contact_trials(struct op *op, int64_t user_id, struct contact_trials *out, struct error *err) NODISCARD;

/* --- everybody --- */
struct contact_entry {
    struct user user;
    struct contact_card card;
    bool reachable; /* by something that is set up */
};
struct contact_list {
    struct contact_entry *items; /* enabled people by login */
    size_t count;
    bool more;
};
/* PERM_READ. */
bool contact_list(struct op *op, const struct user_query *query, struct contact_list *out, struct error *err) NODISCARD;

json_t *contact_json(struct arena *arena, const struct contact_card *card);

extern const struct sql_list CONTACT_STATEMENTS;

#endif
