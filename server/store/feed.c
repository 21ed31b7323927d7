/* Change feed: counts commits per topic and wakes the one listener. */
#include "store/store_internal.h"

#include <sodium.h>

void feed_init(struct feed *feed) {
    uint64_t start = (uint64_t)randombytes_random() << 20;
    for (size_t i = 0; i < TOPIC_SLOTS; i++) atomic_init(&feed->versions[i], start);
    pthread_mutex_init(&feed->lock, NULL);
}

void feed_done(struct feed *feed) {
    pthread_mutex_destroy(&feed->lock);
}

static size_t slot_of(const char *topic) {
    uint64_t hash = 14695981039346656037u; /* FNV-1a */
    for (const char *at = topic; *at != '\0'; at++) hash = (hash ^ (unsigned char)*at) * 1099511628211u;
    return (hash ^ hash >> 32) % TOPIC_SLOTS;
}

static void tell(struct feed *feed, const char *topic) {
    pthread_mutex_lock(&feed->lock);
    if (feed->listener != NULL) feed->listener(feed->arg, topic);
    pthread_mutex_unlock(&feed->lock);
}

void feed_publish(struct feed *feed, const char *topic) {
    atomic_fetch_add(&feed->versions[slot_of(topic)], 1);
    tell(feed, topic);
}

void feed_publish_all(struct feed *feed, const struct topic *topics) {
    for (; topics != NULL; topics = topics->next) feed_publish(feed, topics->name);
}

void feed_everything(struct feed *feed) {
    for (size_t i = 0; i < TOPIC_SLOTS; i++) atomic_fetch_add(&feed->versions[i], 1);
    tell(feed, "*");
}

void store_listen(struct store *store, store_listener listener, void *arg) {
    pthread_mutex_lock(&store->feed.lock);
    store->feed.listener = listener;
    store->feed.arg = arg;
    pthread_mutex_unlock(&store->feed.lock);
}

uint64_t store_topic_version(struct store *store, const char *topic) {
    return atomic_load(&store->feed.versions[slot_of(topic)]);
}
