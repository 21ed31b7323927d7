/* Passwords: Argon2id by libsodium. Hashing takes 64 MiB and a good part of a second of one core on purpose,
 * so at most two run at a time and a bounded number wait: a flood of logins cannot eat the machine. */
#ifndef BONGSU_PEOPLE_PASSWORD_H
#define BONGSU_PEOPLE_PASSWORD_H

#include "base/op.h"

enum { PASSWORD_MIN = 10, PASSWORD_MAX_BYTES = 256 };

/* Field errors under `field` if the password may not be used: required, too_short, too_long, not_utf8,
 * password_is_login, password_common. */
void password_check_rules(struct op *op, const char *field, const char *password, const char *login);

/* ERR_LIMIT `login.busy` with retry_after_s if too many are waiting already. *hash is in the op's arena. */
bool password_hash(struct op *op, const char *password, const char **hash, struct error *err) NODISCARD;

/* *matches tells. hash NULL (unknown person, no password) takes the same time and never matches. */
bool password_verify(const char *hash, const char *password, bool *matches, struct error *err) NODISCARD;

#endif
