/* Users: the people who work with the portal, and what they may change about each other and themselves.
 *
 * A user is never deleted, because the timeline and the audit log name them: they are disabled, which ends
 * their sessions and tokens in the same transaction. The last administrator can neither be disabled nor lose
 * the role. Every change is audited. Reads inside another room's transaction use user_find*. */
#ifndef BONGSU_PEOPLE_USER_H
#define BONGSU_PEOPLE_USER_H

#include "people/permission.h"
#include "store/db.h"

#include <jansson.h>

enum { LOGIN_MAX = 40, USER_NAME_MAX = 80, USER_EMAIL_MAX = 200, USER_PAGE_MAX = 200 };

/* Everybody is asked once a month whether they can still be reached (escalation/contact.h): a due row a person. */
#define CONTACT_CONFIRM_DUE "contact.confirm"
enum { CONTACT_CONFIRM_DAYS = 30 };

struct user {
    int64_t id;
    const char *login; /* lower case, unique, never changes */
    const char *name; /* as shown */
    const char *email, *slack_id, *phone; /* "" if not given */
    enum role role;
    const char *lang; /* "ko" or "en" */
    const char *theme; /* "auto", "light" or "dark" */
    const char *zone; /* "" means the organisation's */
    bool has_password;
    int64_t disabled_ms; /* 0 while the account may be used */
    int64_t created_ms;
    int64_t version;
};

/* What a form or the API sends. NULL leaves a member as it is (or at its default when adding); "" clears
 * email, slack_id, phone and zone. */
struct user_input {
    const char *login; /* only when adding */
    const char *name, *email, *role, *lang, *theme, *zone, *slack_id, *phone;
    const char *password; /* only when adding; NULL: cannot log in by password until one is set */
};

struct user_query {
    const char *text; /* part of login or name; NULL for all */
    enum role role; /* ROLE_NONE for all */
    int64_t team_id; /* 0 for all */
    bool with_disabled;
    const char *after; /* login of the last one seen; NULL for the first page */
    int limit; /* 1..USER_PAGE_MAX */
};

struct user_list {
    struct user *items; /* by login */
    size_t count;
    bool more;
};

/* --- administration: PERM_ADMIN --- */
bool user_add(struct op *op, const struct user_input *input, struct user *out, struct error *err) NODISCARD;
/* version: as read; another one there is ERR_STALE `user.stale`. 0 skips the check (command line). */
bool user_update(struct op *op, int64_t id, int64_t version, const struct user_input *input,
                 struct error *err) NODISCARD;
/* Disabling ends sessions and tokens. ERR_CONFLICT `user.last_admin`. */
bool user_set_disabled(struct op *op, int64_t id, int64_t version, bool disabled, struct error *err) NODISCARD;
/* Sets another person's password and ends their sessions. */
bool user_reset_password(struct op *op, int64_t id, const char *password, struct error *err) NODISCARD;

/* --- reading: PERM_READ --- */
bool user_load(struct op *op, int64_t id, struct user *out, struct error *err) NODISCARD; /* `user.not_found` */
bool user_load_login(struct op *op, const char *login, struct user *out, struct error *err) NODISCARD;
bool user_list(struct op *op, const struct user_query *query, struct user_list *out, struct error *err) NODISCARD;

/* --- oneself: PERM_SELF --- */
/* login and role are ignored. */
bool profile_update(struct op *op, int64_t version, const struct user_input *input, struct user *out,
                    struct error *err) NODISCARD;
/* Ends all other sessions. Field `current` wrong: field error `wrong_password` (throttled like a login). */
bool profile_change_password(struct op *op, const char *current, const char *wanted, struct error *err) NODISCARD;

/* --- inside another room's transaction --- */
bool user_find(struct tx *tx, int64_t id, struct user *out, bool *found, struct error *err) NODISCARD;
bool user_find_login(struct tx *tx, const char *login, struct user *out, bool *found, struct error *err) NODISCARD;
/* What people type for a person: login, @login, id, or a name that only one enabled user has. */
bool user_find_named(struct tx *tx, const char *text, struct user *out, bool *found, struct error *err) NODISCARD;

/* Whose Slack id this is; nobody's if two enabled people have it. */
bool user_find_slack(struct tx *tx, const char *slack_id, struct user *out, bool *found, struct error *err) NODISCARD;

/* For set-up and imports: checks the input (fields into op), then inserts within the caller's transaction.
 * user_prepare hashes the password, so it runs before the transaction. */
struct user_new {
    struct user user;
    const char *password_hash; /* NULL: none */
};
bool user_prepare(struct op *op, const struct user_input *input, struct user_new *out, struct error *err) NODISCARD;
bool user_insert(struct tx *tx, const struct user_new *prepared, struct error *err) NODISCARD;
bool user_admin_exists(struct tx *tx, bool *exists, struct error *err) NODISCARD;

/* The API's form of a user; `full` adds contact data and settings (oneself and administrators). */
json_t *user_json(struct arena *arena, const struct user *user, bool full);

#endif
