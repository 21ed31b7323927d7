/* Passwords: see password.h. */
#include "people/password.h"
#include "people/people_internal.h"

#include "base/arena.h"
#include "base/str.h"

#include <pthread.h>
#include <sodium.h>

enum { HASHING_AT_ONCE = 2, WAITING_AT_MOST = 16, RETRY_SECONDS = 2 };

/* Of a random password nobody knows: what unknown people are checked against. */
static const char NOBODY_HASH[crypto_pwhash_STRBYTES] =
    "$argon2id$v=19$m=65536,t=2,p=1$hCDlxnSF3eSjLgD8vXOMiQ$iaHz6giAr17gOEXV+iUNNugloUWwzLOUVYjvgkaI+TQ";

/* Who is hashing and who waits, in the whole process: a hash takes 64 MiB. */
static struct {
    pthread_mutex_t lock;
    pthread_cond_t left;
    int hashing;
    int waiting;
} gate = { .lock = PTHREAD_MUTEX_INITIALIZER, .left = PTHREAD_COND_INITIALIZER };

/* The wait needs no deadline: each of the few before us takes a bounded time. */
static bool gate_enter(struct error *err) {
    pthread_mutex_lock(&gate.lock);
    if (gate.hashing >= HASHING_AT_ONCE && gate.waiting >= WAITING_AT_MOST) {
        pthread_mutex_unlock(&gate.lock);
        ERROR(err, ERR_LIMIT, "login.busy", "%d logins are waiting", WAITING_AT_MOST);
        err->retry_after_s = RETRY_SECONDS;
        return false;
    }
    gate.waiting++;
    while (gate.hashing >= HASHING_AT_ONCE) pthread_cond_wait(&gate.left, &gate.lock);
    gate.waiting--;
    gate.hashing++;
    pthread_mutex_unlock(&gate.lock);
    return true;
}

static void gate_leave(void) {
    pthread_mutex_lock(&gate.lock);
    gate.hashing--;
    pthread_cond_signal(&gate.left);
    pthread_mutex_unlock(&gate.lock);
}

/* Long enough to pass the length rule, and still the first ones to be tried. */
static const char *const COMMON[] = {
    "0123456789",   "1234567890",    "0987654321",   "12345678910",  "123456789a",   "a123456789",   "1q2w3e4r5t",
    "1q2w3e4r5t6y", "q1w2e3r4t5",    "q1w2e3r4t5y6", "qwer1234!@",   "qwer1234!@#$", "qwer12345!",   "qwertyuiop",
    "qwerty1234",   "qwerty12345",   "qwerty123!",   "asdfghjkl;",   "asdf1234!@",   "zxcvbnm123",   "1qaz2wsx3edc",
    "password12",   "password123",   "password1234", "password123!", "password1!",   "passw0rd12",   "passw0rd123",
    "p@ssw0rd123",  "administrator", "admin12345",   "admin123456",  "admin1234!",   "welcome123",   "welcome123!",
    "iloveyou12",   "iloveyou123",   "changeme123",  "changeme12",   "letmein123",   "sunshine12",   "princess12",
    "football12",   "tkfkdgo1234",   "rkskekfk12",   "dkssud1234",   "bongsu1234",   "bongsubongsu", "secret1234",
};

static bool is_common(const char *password) {
    if (strspn(password, (char[]){ password[0], '\0' }) == strlen(password)) return true;
    for (size_t i = 0; i < sizeof COMMON / sizeof *COMMON; i++) {
        if (str_eq(password, COMMON[i])) return true;
    }
    return false;
}

void password_check_rules(struct op *op, const char *field, const char *password, const char *login) {
    if (password == NULL || *password == '\0') {
        op_field_error(op, field, "required", NULL);
        return;
    }
    size_t len = strlen(password);
    if (len > PASSWORD_MAX_BYTES) {
        op_field_error(op, field, "too_long", arena_printf(op->arena, "%d", PASSWORD_MAX_BYTES));
    } else if (!utf8_valid(password, len)) {
        op_field_error(op, field, "not_utf8", NULL);
    } else if (utf8_count(password) < PASSWORD_MIN) {
        op_field_error(op, field, "too_short", arena_printf(op->arena, "%d", PASSWORD_MIN));
    } else if (login != NULL && str_eq(search_folded(op->arena, password), search_folded(op->arena, login))) {
        op_field_error(op, field, "password_is_login", NULL);
    } else if (is_common(search_folded(op->arena, password))) {
        op_field_error(op, field, "password_common", NULL);
    }
}

bool password_hash(struct op *op, const char *password, const char **hash, struct error *err) {
    char out[crypto_pwhash_STRBYTES];
    if (!gate_enter(err)) return false;
    int failed = crypto_pwhash_str(out, password, strlen(password), crypto_pwhash_OPSLIMIT_INTERACTIVE,
                                   crypto_pwhash_MEMLIMIT_INTERACTIVE);
    gate_leave();
    if (failed != 0) return ERROR(err, ERR_BUSY, "login.busy", "no memory for hashing");
    *hash = arena_str(op->arena, out);
    return true;
}

bool password_verify(const char *hash, const char *password, bool *matches, struct error *err) {
    if (!gate_enter(err)) return false;
    const char *against = hash == NULL ? NOBODY_HASH : hash;
    int failed = crypto_pwhash_str_verify(against, password, strlen(password));
    gate_leave();
    *matches = failed == 0 && hash != NULL;
    return true;
}
