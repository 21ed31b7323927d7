/* Watchdog: see watchdog.h. */
#include "http/watchdog.h"

#include "base/clock.h"
#include "base/require.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>

enum { TICK_MS = 100 };

struct watchdog_slot {
    pthread_mutex_t mutex; /* without it a deadline could hit a descriptor that was closed and used again */
    int fd;
    int64_t deadline_ms; /* 0: not armed */
    bool fired;
};

struct watchdog {
    pthread_t thread;
    _Atomic bool stopping;
    int size;
    _Atomic int used;
    struct watchdog_slot slots[];
};

static void check_slot(struct watchdog_slot *slot, int64_t now_ms) {
    pthread_mutex_lock(&slot->mutex);
    if (slot->deadline_ms != 0 && now_ms >= slot->deadline_ms) {
        shutdown(slot->fd, SHUT_RDWR);
        slot->deadline_ms = 0;
        slot->fired = true;
    }
    pthread_mutex_unlock(&slot->mutex);
}

static void *watch(void *arg) {
    struct watchdog *watchdog = arg;
    const struct timespec tick = { 0, TICK_MS * 1000000L };
    while (!atomic_load(&watchdog->stopping)) {
        int64_t now_ms = clock_monotonic_ms();
        int used = atomic_load(&watchdog->used);
        for (int i = 0; i < used && i < watchdog->size; i++) check_slot(&watchdog->slots[i], now_ms);
        nanosleep(&tick, NULL);
    }
    return NULL;
}

struct watchdog *watchdog_start(int slots) {
    struct watchdog *watchdog = calloc(1, sizeof *watchdog + (size_t)slots * sizeof watchdog->slots[0]);
    REQUIRE(watchdog != NULL);
    watchdog->size = slots;
    for (int i = 0; i < slots; i++) REQUIRE(pthread_mutex_init(&watchdog->slots[i].mutex, NULL) == 0);
    REQUIRE(pthread_create(&watchdog->thread, NULL, watch, watchdog) == 0);
    return watchdog;
}

void watchdog_stop(struct watchdog *watchdog) {
    if (watchdog == NULL) return;
    atomic_store(&watchdog->stopping, true);
    pthread_join(watchdog->thread, NULL);
    for (int i = 0; i < watchdog->size; i++) pthread_mutex_destroy(&watchdog->slots[i].mutex);
    free(watchdog);
}

struct watchdog_slot *watchdog_slot(struct watchdog *watchdog) {
    int index = atomic_fetch_add(&watchdog->used, 1);
    REQUIRE(index < watchdog->size);
    return &watchdog->slots[index];
}

bool watchdog_wait_slots(struct watchdog *watchdog, int ms) {
    for (int waited = 0; atomic_load(&watchdog->used) < watchdog->size; waited++) {
        if (waited >= ms) return false;
        nanosleep(&(struct timespec){ 0, 1000000L }, NULL);
    }
    return true;
}

void watchdog_arm(struct watchdog_slot *slot, int fd, int ms) {
    pthread_mutex_lock(&slot->mutex);
    slot->fd = fd;
    slot->deadline_ms = fd < 0 ? 0 : clock_monotonic_ms() + ms;
    slot->fired = false;
    pthread_mutex_unlock(&slot->mutex);
}

bool watchdog_disarm(struct watchdog_slot *slot) {
    pthread_mutex_lock(&slot->mutex);
    slot->deadline_ms = 0;
    bool fired = slot->fired;
    pthread_mutex_unlock(&slot->mutex);
    return fired;
}

bool watchdog_stack_is_large(void) {
    pthread_attr_t attr;
    size_t size = 0;
    if (pthread_getattr_np(pthread_self(), &attr) != 0) return false;
    pthread_attr_getstacksize(&attr, &size);
    pthread_attr_destroy(&attr);
    return size >= WORKER_STACK;
}
