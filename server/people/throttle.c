/* Throttle: how long a login or an address must wait after failures.
 *
 * The first few attempts are free; then each failure doubles the wait, up to a quarter of an hour. A refused
 * attempt is not counted, so nobody can be kept out for good. After an hour's rest all is forgotten. An
 * address gets more free attempts than a login: whole offices share one. */
#include "people/people_internal.h"

#include "base/arena.h"
#include "base/str.h"

enum { LOGIN_FREE = 5, ADDRESS_FREE = 50, DOUBLINGS_MAX = 9 };
#define FIRST_WAIT_MS INT64_C(2000)
#define LONGEST_WAIT_MS (INT64_C(15) * 60 * 1000)
#define REST_MS (INT64_C(3600) * 1000)

static int64_t wait_after(int64_t attempts, int64_t free_attempts) {
    if (attempts < free_attempts) return 0;
    int64_t doublings = attempts - free_attempts;
    int64_t wait = FIRST_WAIT_MS << (doublings > DOUBLINGS_MAX ? DOUBLINGS_MAX : doublings);
    return wait > LONGEST_WAIT_MS ? LONGEST_WAIT_MS : wait;
}

/* What people type into the login field may be a password: nothing readable of it is kept. */
static const char *subject_of(struct arena *arena, const char *kind, const char *value) {
    char hash[SECRET_HASH_SIZE];
    const char *text = search_folded(arena, value);
    secret_hash(text, strlen(text), hash);
    return arena_printf(arena, "%s:%.32s", kind, hash);
}

static bool count_one(struct tx *tx, const char *subject, int64_t free_attempts, struct error *err) {
    int64_t now = tx_op(tx)->now_ms;
    struct throttle_row row = { .subject = subject };
    if (!throttle_sql_get(tx, &row, err)) return false;
    if (row.last_ms + REST_MS < now) row = (struct throttle_row){ .subject = subject };
    if (row.blocked_until_ms > now) {
        ERROR(err, ERR_LIMIT, "login.throttled", "%lld attempts", (long long)row.attempts);
        err->retry_after_s = (int)((row.blocked_until_ms - now + 999) / 1000);
        return false;
    }
    row.attempts++;
    row.last_ms = now;
    row.blocked_until_ms = now + wait_after(row.attempts, free_attempts);
    return throttle_sql_put(tx, &row, err);
}

struct attempt {
    const char *login, *remote;
};

static bool attempt_in_tx(struct tx *tx, void *arg, struct error *err) {
    const struct attempt *attempt = arg;
    struct arena *arena = tx_op(tx)->arena;
    if (!count_one(tx, subject_of(arena, "login", attempt->login), LOGIN_FREE, err)) return false;
    if (attempt->remote == NULL || *attempt->remote == '\0') return true;
    return count_one(tx, subject_of(arena, "address", attempt->remote), ADDRESS_FREE, err);
}

bool throttle_attempt(struct op *op, const char *login, const char *remote, struct error *err) {
    struct attempt attempt = { login, remote };
    return store_write(op, attempt_in_tx, &attempt, err);
}

bool throttle_forgive(struct tx *tx, const char *login, const char *remote, struct error *err) {
    struct arena *arena = tx_op(tx)->arena;
    if (!throttle_sql_delete(tx, subject_of(arena, "login", login), err)) return false;
    if (remote == NULL || *remote == '\0') return true;
    struct throttle_row row = { .subject = subject_of(arena, "address", remote) };
    if (!throttle_sql_get(tx, &row, err)) return false;
    if (row.attempts <= 1) return throttle_sql_delete(tx, row.subject, err);
    row.attempts--;
    row.blocked_until_ms = 0;
    return throttle_sql_put(tx, &row, err);
}
