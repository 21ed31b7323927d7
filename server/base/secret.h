/* Secrets: random tokens, hashes, HMAC, hex and base64url. Everything by libsodium. */
#ifndef BONGSU_BASE_SECRET_H
#define BONGSU_BASE_SECRET_H

#include <stdbool.h>
#include <stddef.h>

struct arena;

void secret_start(void); /* once, before anything else here; aborts if the system has no randomness */

enum { SECRET_TOKEN_SIZE = 44 }; /* 32 random bytes as base64url + NUL */
void secret_token(char out[SECRET_TOKEN_SIZE]);

enum { SECRET_HASH_SIZE = 65 }; /* lower-case hex of 32 bytes + NUL */
/* Unkeyed BLAKE2b-256: for tokens that are random themselves (stored hashed) and for checksums. */
void secret_hash(const void *bytes, size_t len, char out[SECRET_HASH_SIZE]);
void secret_sha256(const void *bytes, size_t len, char out[SECRET_HASH_SIZE]);
void secret_hmac_sha256(const char *key, const void *bytes, size_t len, char out[SECRET_HASH_SIZE]);

/* Constant time for equal lengths. */
bool secret_equal(const char *a, const char *b);

char *secret_base64url(struct arena *arena, const void *bytes, size_t len);

#endif
