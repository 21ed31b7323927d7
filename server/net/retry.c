/* When to try again: see retry.h. */
#include "net/retry.h"

#include "base/str.h"

#include <curl/curl.h>
#include <sodium.h>
#include <stddef.h>

enum { FIRST_MS = 1000, LEAST_MS = 100 };

int64_t retry_ceiling_ms(int64_t attempts) {
    int64_t ceiling = FIRST_MS;
    for (int64_t i = 1; i < attempts && ceiling < RETRY_CAP_MS; i++) ceiling *= 2;
    return ceiling < RETRY_CAP_MS ? ceiling : RETRY_CAP_MS;
}

int64_t retry_backoff_ms(int64_t attempts) {
    int64_t ceiling = retry_ceiling_ms(attempts);
    return LEAST_MS + (int64_t)randombytes_uniform((uint32_t)(ceiling - LEAST_MS) + 1);
}

int64_t retry_after_ms(const char *value, int64_t now_ms) {
    int64_t seconds;
    if (value == NULL) return -1;
    if (!str_to_i64(value, &seconds)) {
        time_t date = curl_getdate(value, NULL);
        if (date < 0) return -1;
        seconds = (int64_t)date - now_ms / 1000;
    }
    if (seconds < 0) return -1;
    return seconds > RETRY_AFTER_CAP_MS / 1000 ? RETRY_AFTER_CAP_MS : seconds * 1000;
}
