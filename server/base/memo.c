/* Memo: see memo.h. Places come in pairs, so that two texts of one page seldom drive each other out; pairs are guarded
 * in groups. An entry is counted under its lock and copied out beside it, for many threads want the same one at once.
 */
#include "base/memo.h"

#include "base/require.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

enum { LOCKS = 16, CACHE_LINE = 64 };

struct entry {
    _Atomic int users; /* the memo and who copies it out */
    uint64_t hash;
    size_t key_len, text_len;
    char bytes[]; /* the key, then the text */
};

struct memo {
    union {
        pthread_mutex_t mutex;
        char line[CACHE_LINE]; /* neighbours do not wait for each other */
    } locks[LOCKS];
    size_t places, most;
    unsigned char *older; /* of each pair: which was written first */
    struct entry *list[];
};

struct memo *memo_new(size_t places, size_t most) {
    REQUIRE(places >= LOCKS && (places & (places - 1)) == 0);
    struct memo *memo = calloc(1, sizeof *memo + places * sizeof *memo->list + places / 2);
    if (memo == NULL) die("memo: out of memory");
    memo->older = (unsigned char *)&memo->list[places];
    memo->places = places;
    memo->most = most;
    for (size_t i = 0; i < LOCKS; i++) pthread_mutex_init(&memo->locks[i].mutex, NULL);
    return memo;
}

void memo_free(struct memo *memo) {
    for (size_t i = 0; i < memo->places; i++) free(memo->list[i]);
    for (size_t i = 0; i < LOCKS; i++) pthread_mutex_destroy(&memo->locks[i].mutex);
    free(memo);
}

static void let_go(struct entry *entry) {
    if (entry != NULL && atomic_fetch_sub(&entry->users, 1) == 1) free(entry);
}

void memo_key_i64(struct buf *key, int64_t value) {
    buf_add(key, (const char *)&value, sizeof value);
}

void memo_key_text(struct buf *key, const char *text) {
    size_t len = text == NULL ? 0 : strlen(text);
    memo_key_i64(key, text == NULL ? -1 : (int64_t)len);
    buf_add(key, text, len);
}

/* Two keys with one hash take turns: nobody gains by making them. */
static uint64_t hash_of(const struct buf *key) {
    return XXH3_64bits(key->data, key->len);
}

/* The first of the two places of a hash. */
static size_t pair_of(const struct memo *memo, uint64_t hash) {
    return hash & (memo->places - 2);
}

static pthread_mutex_t *lock_of(struct memo *memo, size_t pair) {
    return &memo->locks[pair / 2 % LOCKS].mutex;
}

static bool is_for(const struct entry *entry, uint64_t hash, const struct buf *key) {
    return entry != NULL && entry->hash == hash && entry->key_len == key->len &&
           memcmp(entry->bytes, key->data, key->len) == 0;
}

bool memo_get(struct memo *memo, const struct buf *key, struct buf *out) {
    uint64_t hash = hash_of(key);
    size_t pair = pair_of(memo, hash);
    if (key->overflow) return false;
    pthread_mutex_lock(lock_of(memo, pair));
    struct entry *entry = memo->list[pair];
    if (!is_for(entry, hash, key)) entry = memo->list[pair + 1];
    bool found = is_for(entry, hash, key);
    if (found) atomic_fetch_add(&entry->users, 1);
    pthread_mutex_unlock(lock_of(memo, pair));
    if (!found) return false;
    buf_add(out, entry->bytes + entry->key_len, entry->text_len);
    let_go(entry);
    return true;
}

void memo_put(struct memo *memo, const struct buf *key, const char *text, size_t len) {
    if (key->overflow || key->len > memo->most || len > memo->most - key->len) return;
    struct entry *entry = malloc(sizeof *entry + key->len + len);
    if (entry == NULL) die("memo: out of memory");
    *entry = (struct entry){ 1, hash_of(key), key->len, len };
    memcpy(entry->bytes, key->data, key->len);
    memcpy(entry->bytes + key->len, text, len);
    size_t pair = pair_of(memo, entry->hash);
    pthread_mutex_lock(lock_of(memo, pair));
    unsigned char way = memo->older[pair / 2];
    for (unsigned char i = 0; i < 2; i++) {
        if (is_for(memo->list[pair + i], entry->hash, key)) way = i; /* two threads made it */
    }
    struct entry *old = memo->list[pair + way];
    memo->list[pair + way] = entry;
    memo->older[pair / 2] = way ^ 1;
    pthread_mutex_unlock(lock_of(memo, pair));
    let_go(old);
}
