/* What the files of the live listener share. */
#ifndef BONGSU_WEB_LIVE_INTERNAL_H
#define BONGSU_WEB_LIVE_INTERNAL_H

#include "http/http_internal.h"
#include "http/live.h"

#include <stdatomic.h>

enum {
    LIVE_VIEWERS_MAX = 8000,
    LIVE_PER_SESSION = 6,
    LIVE_REQUEST_MAX = 8192,
    LIVE_TOPICS_MAX = 8,
    LIVE_TOPIC_SIZE = 64,
    LIVE_RING = 1024,
    LIVE_DEADLINE_MS = 5000,
    LIVE_HEARTBEAT_MS = 25000,
    LIVE_CHECK_MS = 60000,
};

struct viewer {
    int fd;
    bool streaming;
    char *input; /* the request so far; NULL once it is read */
    size_t input_size;
    char *session; /* the cookie's token, to ask again whether it still holds */
    int64_t session_id;
    int64_t accepted_ms, checked_ms, beat_ms; /* monotonic */
    int topic_count;
    char (*topics)[LIVE_TOPIC_SIZE];
    struct viewer *next, *previous;
};

/* Changes in order, the newest LIVE_RING of them. Only the live thread touches it. */
struct ring {
    uint64_t epoch; /* of this process: numbers of another one mean nothing here */
    uint64_t last; /* number of the newest */
    char topics[LIVE_RING][LIVE_TOPIC_SIZE];
};
void ring_add(struct ring *ring, const char *topic);
const char *ring_topic(const struct ring *ring, uint64_t number);
/* Parses "EPOCH-NUMBER". False: from another process, or too old to replay. */
bool ring_place(const struct ring *ring, const char *id, uint64_t *number);

bool viewer_wants(const struct viewer *viewer, const char *topic);

/* Reads a whole request head. 0: *viewer is filled (topics, session), *since is the number after which to replay or
 * UINT64_MAX for "everything changed"; otherwise the status of the refusal. */
int live_read_request(struct http *http, const struct ring *ring, struct viewer *viewer, uint64_t *since);
/* Is the session still good and still allowed to read? */
bool live_session_holds(struct http *http, struct viewer *viewer);

#endif
