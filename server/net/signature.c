/* Standard Webhooks: see signature.h. */
#include "net/signature.h"

#include "base/arena.h"
#include "base/require.h"
#include "base/str.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>

static const char PREFIX[] = "whsec_";
enum { KEY_MIN = 24, KEY_MAX = 64, KEY_NEW = 32 };

/* 0 if the secret is malformed. */
static size_t key_of(const char *secret, unsigned char key[KEY_MAX]) {
    size_t len = 0;
    const char *end = NULL;
    if (secret == NULL || !str_starts(secret, PREFIX)) return 0;
    const char *text = secret + sizeof PREFIX - 1;
    if (sodium_base642bin(key, KEY_MAX, text, strlen(text), NULL, &len, &end, sodium_base64_VARIANT_ORIGINAL) != 0)
        return 0;
    return *end == '\0' && len >= KEY_MIN ? len : 0;
}

bool signature_secret_valid(const char *secret) {
    unsigned char key[KEY_MAX];
    size_t len = key_of(secret, key);
    sodium_memzero(key, sizeof key);
    return len > 0;
}

static char *base64(struct arena *arena, const unsigned char *bytes, size_t len) {
    size_t size = sodium_base64_ENCODED_LEN(len, sodium_base64_VARIANT_ORIGINAL);
    return sodium_bin2base64(arena_alloc(arena, size), size, bytes, len, sodium_base64_VARIANT_ORIGINAL);
}

char *signature_webhook(struct arena *arena, const char *secret, const struct signed_message *message) {
    unsigned char key[KEY_MAX], digest[crypto_auth_hmacsha256_BYTES];
    crypto_auth_hmacsha256_state state;
    size_t len = key_of(secret, key);
    REQUIRE(len > 0);
    char *head = arena_printf(arena, "%s.%lld.", message->id, (long long)message->timestamp);
    crypto_auth_hmacsha256_init(&state, key, len);
    crypto_auth_hmacsha256_update(&state, (const unsigned char *)head, strlen(head));
    crypto_auth_hmacsha256_update(&state, (const unsigned char *)message->body, message->body_len);
    crypto_auth_hmacsha256_final(&state, digest);
    sodium_memzero(key, sizeof key);
    return arena_printf(arena, "v1,%s", base64(arena, digest, sizeof digest));
}

char *signature_new_secret(struct arena *arena) {
    unsigned char key[KEY_NEW];
    randombytes_buf(key, sizeof key);
    return arena_printf(arena, "%s%s", PREFIX, base64(arena, key, sizeof key));
}
