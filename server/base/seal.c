/* Sealing: see seal.h. The key is the one piece of process-wide state here, written once before threads start. */
#include "base/seal.h"

#include "base/arena.h"
#include "base/str.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define PREFIX "sealed:"
enum { VARIANT = sodium_base64_VARIANT_URLSAFE_NO_PADDING };

static unsigned char key[crypto_secretbox_KEYBYTES];
static bool ready;

static bool write_key(const char *path, struct error *err) {
    char temporary[4096];
    snprintf(temporary, sizeof temporary, "%s.new", path);
    int file = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (file < 0) return ERROR(err, ERR_INTERNAL, "seal.file", "%s: %s", temporary, strerror(errno));
    crypto_secretbox_keygen(key);
    bool ok = write(file, key, sizeof key) == (ssize_t)sizeof key && fsync(file) == 0;
    ok = close(file) == 0 && ok;
    /* link, not rename: if another process was first, its key stays */
    if (ok && link(temporary, path) != 0 && errno != EEXIST) ok = false;
    unlink(temporary);
    return ok || ERROR(err, ERR_INTERNAL, "seal.file", "%s: %s", path, strerror(errno));
}

bool seal_start(const char *data_dir, struct error *err) {
    char path[4000];
    snprintf(path, sizeof path, "%s/secret.key", data_dir);
    if (access(path, F_OK) != 0 && !write_key(path, err)) return false;
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0) return ERROR(err, ERR_INTERNAL, "seal.file", "%s: %s", path, strerror(errno));
    ssize_t got = read(file, key, sizeof key);
    close(file);
    if (got != (ssize_t)sizeof key) return ERROR(err, ERR_INTERNAL, "seal.file", "%s is cut short", path);
    ready = true;
    return true;
}

/* Tests and offline commands: a key nobody keeps. */
static void need_key(void) {
    if (!ready) crypto_secretbox_keygen(key);
    ready = true;
}

char *seal_text(struct arena *arena, const char *plain) {
    if (plain == NULL) return NULL;
    need_key();
    size_t len = strlen(plain);
    size_t size = crypto_secretbox_NONCEBYTES + crypto_secretbox_MACBYTES + len;
    unsigned char *box = arena_alloc(arena, size);
    randombytes_buf(box, crypto_secretbox_NONCEBYTES);
    crypto_secretbox_easy(box + crypto_secretbox_NONCEBYTES, (const unsigned char *)plain, len, box, key);
    size_t room = sodium_base64_ENCODED_LEN(size, VARIANT);
    char *text = arena_alloc(arena, sizeof PREFIX + room);
    memcpy(text, PREFIX, sizeof PREFIX - 1);
    sodium_bin2base64(text + sizeof PREFIX - 1, room, box, size, VARIANT);
    return text;
}

bool seal_open(struct arena *arena, const char *sealed, const char **plain, struct error *err) {
    if (sealed == NULL || !str_starts(sealed, PREFIX)) {
        *plain = sealed;
        return true;
    }
    const char *text = sealed + sizeof PREFIX - 1;
    size_t len = strlen(text);
    unsigned char *box = arena_alloc(arena, len + 1);
    size_t size;
    enum { HEAD = crypto_secretbox_NONCEBYTES + crypto_secretbox_MACBYTES };
    if (sodium_base642bin(box, len + 1, text, len, NULL, &size, NULL, VARIANT) != 0 || size < HEAD) {
        return ERROR(err, ERR_INTERNAL, "seal.broken", "%zu characters", len);
    }
    char *out = arena_alloc(arena, size - HEAD + 1);
    if (!ready || crypto_secretbox_open_easy((unsigned char *)out, box + crypto_secretbox_NONCEBYTES,
                                             size - crypto_secretbox_NONCEBYTES, box, key) != 0) {
        return ERROR(err, ERR_INTERNAL, "seal.key", "sealed with another key");
    }
    *plain = out;
    return true;
}

char *seal_sign(struct arena *arena, const char *purpose, const char *text) {
    enum { BYTES = crypto_generichash_BYTES_MIN };
    unsigned char mac[BYTES];
    crypto_generichash_state state;
    need_key();
    crypto_generichash_init(&state, key, sizeof key, sizeof mac);
    crypto_generichash_update(&state, (const unsigned char *)purpose, strlen(purpose) + 1); /* with its NUL */
    crypto_generichash_update(&state, (const unsigned char *)text, strlen(text));
    crypto_generichash_final(&state, mac, sizeof mac);
    char *out = arena_alloc(arena, sodium_base64_ENCODED_LEN(BYTES, VARIANT));
    return sodium_bin2base64(out, sodium_base64_ENCODED_LEN(BYTES, VARIANT), mac, sizeof mac, VARIANT);
}
