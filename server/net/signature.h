/* Signatures of outgoing webhooks in the Standard Webhooks form. */
#ifndef BONGSU_NET_SIGNATURE_H
#define BONGSU_NET_SIGNATURE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct arena;

struct signed_message {
    const char *id; /* same on retries */
    int64_t timestamp; /* seconds */
    const char *body;
    size_t body_len;
};

/* secret: "whsec_" + base64 of 24..64 bytes. */
bool signature_secret_valid(const char *secret);
/* "v1,BASE64" for the webhook-signature header. The secret must be valid. */
char *signature_webhook(struct arena *arena, const char *secret, const struct signed_message *message);
/* A new secret. */
char *signature_new_secret(struct arena *arena);

#endif
