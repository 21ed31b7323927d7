/* Somebody else's server, for tests: answers HTTP requests on a loopback port as it is told, and remembers them. */
#ifndef BONGSU_TESTS_PEER_H
#define BONGSU_TESTS_PEER_H

#include <stdbool.h>

struct peer;

struct peer_answer {
    int status;
    const char *headers; /* lines ending in CR LF; NULL: none */
    const char *body; /* NULL: "" */
    int delay_ms; /* before answering */
};

struct peer *peer_start(void);
void peer_stop(struct peer *peer);
const char *peer_url(const struct peer *peer); /* "http://127.0.0.1:PORT" */
/* From now on; texts must outlive the peer. */
void peer_answers(struct peer *peer, struct peer_answer answer);
int peer_count(struct peer *peer); /* requests so far */
/* The nth request (from 0) with its headers and body, as received; valid until peer_stop. */
const char *peer_request(struct peer *peer, int nth);
/* Waits until that many requests came; false after five seconds. */
bool peer_wait(struct peer *peer, int count);

#endif
