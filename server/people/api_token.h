/* API tokens: how programs act for a person. A token may at most what its user may now, and of that only what
 * its scopes cover. The text is shown once; the database has its hash. */
#ifndef BONGSU_PEOPLE_API_TOKEN_H
#define BONGSU_PEOPLE_API_TOKEN_H

#include "people/user.h"

/* "bongsu_" and 32 random bytes as base64url, so that leaked ones are easy to find. */
enum { API_TOKEN_SIZE = 52, API_TOKEN_NAME_MAX = 80, API_TOKENS_PER_USER = 50 };

/* Scopes: read; respond, notice, review, schedule, service (each with read); write (all of these and the
 * person's own settings); admin (everything the person may). Bits of enum permission; 0 if unknown. */
uint64_t scope_permissions(const char *scope);
const char *scope_at(size_t index); /* names in order, NULL after the last */

struct api_token {
    int64_t id;
    int64_t user_id;
    const char *login;
    const char *name;
    const char *scopes; /* separated by single spaces, in the order of scope_at */
    int64_t created_ms, last_used_ms; /* 0: never used; kept to five minutes */
    int64_t expires_ms; /* 0: does not expire */
};

struct api_token_input {
    const char *name; /* required */
    const char *const *scopes; /* NULL-terminated; at least one */
    int64_t expires_ms; /* 0 or in the future */
    const char *login; /* whose; NULL: the actor's own. Another's needs PERM_ADMIN */
};

struct api_token_list {
    struct api_token *items; /* newest first */
    size_t count;
};

/* PERM_SELF. A token cannot make one that may more than itself: ERR_FORBIDDEN `token.wider`. */
bool api_token_create(struct op *op, const struct api_token_input *input, char token[API_TOKEN_SIZE],
                      struct api_token *out, struct error *err) NODISCARD;
bool api_token_list(struct op *op, int64_t user_id, struct api_token_list *out, struct error *err) NODISCARD;
bool api_token_revoke(struct op *op, int64_t id, struct error *err) NODISCARD; /* `token.not_found` */

/* Who a bearer token acts for: fills an ACTOR_TOKEN whose permissions are the intersection.
 * ERR_UNAUTHENTICATED `token.invalid`. One indexed read; notes the use at most once in five minutes. */
struct token_identity {
    struct actor actor;
    const char *lang;
    const char *zone;
};
bool api_token_resolve(struct op *op, const char *token, struct token_identity *out, struct error *err) NODISCARD;

json_t *api_token_json(struct arena *arena, const struct api_token *token);

#endif
