/* Secrets: see secret.h. */
#include "base/secret.h"

#include "base/arena.h"
#include "base/require.h"

#include <sodium.h>
#include <string.h>

void secret_start(void) {
    REQUIRE(sodium_init() >= 0);
}

void secret_token(char out[SECRET_TOKEN_SIZE]) {
    unsigned char raw[32];
    randombytes_buf(raw, sizeof raw);
    sodium_bin2base64(out, SECRET_TOKEN_SIZE, raw, sizeof raw, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    sodium_memzero(raw, sizeof raw);
}

void secret_hash(const void *bytes, size_t len, char out[SECRET_HASH_SIZE]) {
    unsigned char digest[32];
    crypto_generichash(digest, sizeof digest, bytes, len, NULL, 0);
    sodium_bin2hex(out, SECRET_HASH_SIZE, digest, sizeof digest);
}

void secret_sha256(const void *bytes, size_t len, char out[SECRET_HASH_SIZE]) {
    unsigned char digest[crypto_hash_sha256_BYTES];
    crypto_hash_sha256(digest, bytes, len);
    sodium_bin2hex(out, SECRET_HASH_SIZE, digest, sizeof digest);
}

void secret_hmac_sha256(const char *key, const void *bytes, size_t len, char out[SECRET_HASH_SIZE]) {
    unsigned char digest[crypto_auth_hmacsha256_BYTES];
    crypto_auth_hmacsha256_state state;
    crypto_auth_hmacsha256_init(&state, (const unsigned char *)key, strlen(key));
    crypto_auth_hmacsha256_update(&state, bytes, len);
    crypto_auth_hmacsha256_final(&state, digest);
    sodium_bin2hex(out, SECRET_HASH_SIZE, digest, sizeof digest);
}

bool secret_equal(const char *a, const char *b) {
    size_t len = strlen(a);
    return len == strlen(b) && sodium_memcmp(a, b, len) == 0;
}

char *secret_base64url(struct arena *arena, const void *bytes, size_t len) {
    size_t size = sodium_base64_ENCODED_LEN(len, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    char *text = arena_alloc(arena, size);
    return sodium_bin2base64(text, size, bytes, len, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
}
