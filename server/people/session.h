/* Browser sessions: login, look-up on every request, end.
 *
 * The cookie holds 32 random bytes; the database only their hash. A session ends 12 hours after it was last
 * used and 14 days after login, whichever comes first. Its CSRF token is derived from the cookie, so it is
 * nowhere stored. Failed logins are counted per login and per address in rows, so that a restart forgives
 * nothing; waiting times grow exponentially. Unknown logins cost the same time and give the same answer. Every login
 * sweeps out what has expired. */
#ifndef BONGSU_PEOPLE_SESSION_H
#define BONGSU_PEOPLE_SESSION_H

#include "base/secret.h"
#include "people/user.h"

#define SESSION_IDLE_MS (INT64_C(12) * 3600 * 1000)
#define SESSION_LIFE_MS (INT64_C(14) * 24 * 3600 * 1000)

struct session {
    int64_t id;
    struct actor actor; /* ACTOR_USER with the permissions of the role as it is now; remote is not set */
    const char *csrf;
    const char *lang, *theme, *zone; /* of the person; zone "" means the organisation's */
    int64_t created_ms, last_seen_ms, expires_ms;
    const char *user_agent, *remote; /* of the login */
};

struct login_attempt {
    const char *login, *password;
    const char *remote; /* client address; "" if unknown */
    const char *user_agent; /* cut to 200 bytes; may be NULL */
    const char *old_token; /* a session cookie the browser sent along: ended (rotation); may be NULL */
};

/* Checks the password and opens a session. token: for the cookie, the only time it is seen.
 * ERR_UNAUTHENTICATED `login.failed` (also for unknown and disabled people), ERR_LIMIT `login.throttled` or
 * `login.busy`, both with err->retry_after_s. */
bool session_login(struct op *op, const struct login_attempt *attempt, char token[SECRET_TOKEN_SIZE], struct user *out,
                   struct error *err) NODISCARD;

/* Opens a session without a password check: after set-up, and for tests. */
bool session_create(struct op *op, int64_t user_id, const struct login_attempt *from, char token[SECRET_TOKEN_SIZE],
                    struct error *err) NODISCARD;

/* The session of a cookie. ERR_UNAUTHENTICATED `session.expired` if there is none (any more). One indexed
 * read; writes at most once in five minutes, and never fails because of that write. op->actor is not used. */
bool session_resolve(struct op *op, const char *token, struct session *out, struct error *err) NODISCARD;

bool session_end(struct op *op, int64_t session_id, struct error *err) NODISCARD; /* log out; unknown is fine */

/* PERM_SELF: the actor's live sessions, newest use first, and ending one of them or all but the current one. */
struct session_list {
    struct session *items;
    size_t count;
};
bool session_list(struct op *op, struct session_list *out, struct error *err) NODISCARD;
bool session_revoke(struct op *op, int64_t session_id, struct error *err) NODISCARD; /* `session.not_found` */
bool session_revoke_others(struct op *op, struct error *err) NODISCARD;

#endif
