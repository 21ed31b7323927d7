/* Cursors: see cursor.h. */
#include "http/cursor.h"

#include "base/arena.h"
#include "base/secret.h"
#include "base/str.h"

#include <sodium.h>
#include <string.h>

enum { CHECK_LEN = 8, TEXT_MAX = 120 };

static void check_of(const char *text, size_t len, char out[CHECK_LEN + 1]) {
    char hash[SECRET_HASH_SIZE];
    secret_hash(text, len, hash);
    memcpy(out, hash, CHECK_LEN);
    out[CHECK_LEN] = '\0';
}

const char *cursor_make(struct arena *arena, int64_t key, int64_t id) {
    char check[CHECK_LEN + 1];
    const char *keys = arena_printf(arena, "%lld,%lld", (long long)key, (long long)id);
    check_of(keys, strlen(keys), check);
    const char *text = arena_printf(arena, "%s,%s", keys, check);
    return secret_base64url(arena, text, strlen(text));
}

/* The plain text of a cursor whose check is right, without the check; false otherwise. */
static bool open_cursor(const char *text, char plain[TEXT_MAX + 1]) {
    char check[CHECK_LEN + 1];
    size_t len = 0;
    const int variant = sodium_base64_VARIANT_URLSAFE_NO_PADDING;
    if (strlen(text) > TEXT_MAX) return false;
    if (sodium_base642bin((unsigned char *)plain, TEXT_MAX, text, strlen(text), NULL, &len, NULL, variant) != 0)
        return false;
    plain[len] = '\0';
    char *last = strrchr(plain, ',');
    if (strlen(plain) != len || last == NULL) return false;
    check_of(plain, (size_t)(last - plain), check);
    if (!str_eq(check, last + 1)) return false;
    *last = '\0';
    return true;
}

bool cursor_read(const char *text, int64_t *key, int64_t *id) {
    if (text == NULL) {
        *key = *id = INT64_MAX;
        return true;
    }
    char plain[TEXT_MAX + 1];
    if (!open_cursor(text, plain)) return false;
    char *comma = strchr(plain, ',');
    if (comma == NULL) return false;
    *comma = '\0';
    int64_t k, i;
    if (!str_to_i64(plain, &k) || !str_to_i64(comma + 1, &i)) return false;
    *key = k;
    *id = i;
    return true;
}

const char *cursor_make_text(struct arena *arena, const char *key) {
    char check[CHECK_LEN + 1];
    const char *marked = arena_printf(arena, "t%s", key);
    check_of(marked, strlen(marked), check);
    const char *text = arena_printf(arena, "%s,%s", marked, check);
    return secret_base64url(arena, text, strlen(text));
}

bool cursor_read_text(struct arena *arena, const char *cursor, const char **key) {
    char plain[TEXT_MAX + 1];
    *key = NULL;
    if (cursor == NULL) return true;
    if (!open_cursor(cursor, plain) || plain[0] != 't') return false;
    *key = arena_str(arena, plain + 1);
    return true;
}
