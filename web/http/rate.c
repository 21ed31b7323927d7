/* Rate limits: see rate.h. */
#include "http/rate.h"

#include "base/require.h"

#include <pthread.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

enum { SHARDS = 16, SLOTS = 1024, PROBES = 8, UNIT = 1000 };

struct bucket {
    uint64_t key; /* 0: free */
    int64_t level; /* thousandths of a request still allowed */
    int64_t at_ms;
};

struct shard {
    pthread_mutex_t mutex;
    struct bucket buckets[SLOTS];
};

struct rate {
    unsigned char key[crypto_shorthash_KEYBYTES];
    struct shard shards[SHARDS];
};

/* refill: thousandths of a request per millisecond, so 1 is one request a second. */
static const struct {
    int64_t refill_per_s; /* thousandths of a request */
    int64_t burst;
} LIMITS[] = {
    [RATE_UNSET] = { 0, 0 },
    [RATE_PAGE] = { 200 * UNIT, 1000 },
    [RATE_WRITE] = { 100 * UNIT, 500 },
    [RATE_LOGIN] = { UNIT / 2, 30 },
    [RATE_API] = { 1000 * UNIT, 5000 },
    [RATE_HOOK] = { 1000 * UNIT, 5000 },
    [RATE_PUBLIC] = { 500 * UNIT, 2000 },
    [RATE_UPLOAD] = { 10 * UNIT, 60 },
};

struct rate *rate_new(void) {
    struct rate *rate = calloc(1, sizeof *rate);
    REQUIRE(rate != NULL);
    randombytes_buf(rate->key, sizeof rate->key); /* nobody can aim at somebody else's bucket */
    for (int i = 0; i < SHARDS; i++) REQUIRE(pthread_mutex_init(&rate->shards[i].mutex, NULL) == 0);
    return rate;
}

void rate_free(struct rate *rate) {
    if (rate == NULL) return;
    for (int i = 0; i < SHARDS; i++) pthread_mutex_destroy(&rate->shards[i].mutex);
    free(rate);
}

static struct bucket *bucket_for(struct shard *shard, uint64_t key, int64_t burst, int64_t now_ms) {
    struct bucket *oldest = NULL;
    for (uint64_t i = 0; i < PROBES; i++) {
        struct bucket *bucket = &shard->buckets[(key / SHARDS + i) % SLOTS];
        if (bucket->key == key) return bucket;
        if (oldest == NULL || bucket->at_ms < oldest->at_ms) oldest = bucket;
    }
    *oldest = (struct bucket){ key, burst * UNIT, now_ms };
    return oldest;
}

int rate_take(struct rate *rate, enum route_rate class, const char *caller, int64_t monotonic_ms) {
    unsigned char digest[crypto_shorthash_BYTES];
    uint64_t key;
    crypto_shorthash(digest, (const unsigned char *)caller, strlen(caller), rate->key);
    memcpy(&key, digest, sizeof key);
    key = (key ^ (uint64_t) class) | 1;
    struct shard *shard = &rate->shards[(key >> 1) % SHARDS];
    int64_t refill = LIMITS[class].refill_per_s;
    int64_t wait_s = 0;
    pthread_mutex_lock(&shard->mutex);
    struct bucket *bucket = bucket_for(shard, key, LIMITS[class].burst, monotonic_ms);
    int64_t idle_ms = monotonic_ms - bucket->at_ms;
    if (idle_ms > 3600000) idle_ms = 3600000;
    bucket->level += idle_ms * refill / 1000;
    if (bucket->level > LIMITS[class].burst * UNIT) bucket->level = LIMITS[class].burst * UNIT;
    if (idle_ms * refill / 1000 > 0) bucket->at_ms = monotonic_ms;
    if (bucket->level >= UNIT) bucket->level -= UNIT;
    else wait_s = (UNIT - bucket->level + refill - 1) / refill;
    pthread_mutex_unlock(&shard->mutex);
    return (int)wait_s;
}
