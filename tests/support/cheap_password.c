/* Hashing a password costs 64 MiB and 0.1 s on purpose. Tests hash hundreds: the linker gives them this in its place
 * (--wrap in tests/CMakeLists.txt). What the program asks for must still be the full price. */
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>

int __real_crypto_pwhash_str(char *out, const char *password, unsigned long long len, unsigned long long operations,
                             size_t memory);
int __wrap_crypto_pwhash_str(char *out, const char *password, unsigned long long len, unsigned long long operations,
                             size_t memory);

int __wrap_crypto_pwhash_str(char *out, const char *password, unsigned long long len, unsigned long long operations,
                             size_t memory) {
    if (operations < crypto_pwhash_OPSLIMIT_INTERACTIVE || memory < crypto_pwhash_MEMLIMIT_INTERACTIVE) {
        fprintf(stderr, "a password hashed too cheaply: %llu operations, %zu bytes\n", operations, memory);
        abort();
    }
    return __real_crypto_pwhash_str(out, password, len, crypto_pwhash_OPSLIMIT_MIN, crypto_pwhash_MEMLIMIT_MIN);
}
