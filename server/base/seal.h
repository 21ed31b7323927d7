/* Sealing: secrets that must be used again (tokens of other systems) are kept encrypted in the database, with a key
 * that lies beside it in a file of its own. A copied database or backup alone gives none of them away.
 * XSalsa20-Poly1305 (libsodium secretbox) with a random nonce. */
#ifndef BONGSU_BASE_SEAL_H
#define BONGSU_BASE_SEAL_H

#include "base/error.h"

struct arena;

/* Reads DATA/secret.key, makes it (mode 0600) if there is none. Once at start, before threads. */
bool seal_start(const char *data_dir, struct error *err) NODISCARD;

char *seal_text(struct arena *arena, const char *plain); /* "sealed:…"; NULL stays NULL */
/* ERR_INTERNAL `seal.key` if it was sealed with another key. Text that is not sealed comes back as it is. */
bool seal_open(struct arena *arena, const char *sealed, const char **plain, struct error *err) NODISCARD;

/* A signature of a text for links: 22 letters that only a holder of the key can make. Of two purposes neither is good
 * for the other. Compare with secret_equal. */
char *seal_sign(struct arena *arena, const char *purpose, const char *text);

#endif
