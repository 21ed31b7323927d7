/* What Slack sends us, checked and read. Pure. */
#ifndef BONGSU_CONNECT_SLACK_REQUEST_H
#define BONGSU_CONNECT_SLACK_REQUEST_H

#include "base/error.h"

#include <stddef.h>
#include <stdint.h>

struct arena;

enum { SLACK_WINDOW_S = 300, SLACK_BODY_MAX = 1024 * 1024, SLACK_PRESSES_MAX = 25 };

struct slack_proof {
    const char *timestamp, *signature; /* header values; NULL if missing */
    const char *body; /* raw, as it came */
    size_t body_len;
    int64_t now_s;
};
/* The timestamp in digits, at most SLACK_WINDOW_S away, and "v0=" + hex HMAC-SHA256 of "v0:TIMESTAMP:BODY". */
bool slack_proven(struct arena *arena, const char *secret, const struct slack_proof *proof);

struct slack_press {
    const char *action; /* inc_ack … */
    const char *value; /* the incident's reference */
    const char *key; /* the same for the same press, whenever it arrives */
};
/* One command, or what was pressed. */
struct slack_call {
    const char *team, *user_id, *user_name; /* user_name "" if not told */
    const char *key; /* of a command: the same when it arrives again */
    const char *command; /* text after /incident; NULL for presses */
    struct slack_press *presses;
    size_t press_count;
    const char *response_url; /* NULL: none */
};
/* The JSON of an interaction. Others than block_actions give no presses. ERR_UNREADABLE `slack.payload`. */
bool slack_read_payload(struct arena *arena, const char *payload, struct slack_call *out, struct error *err) NODISCARD;

/* Into another arena, for whoever works on it later. */
struct slack_call *slack_call_copy(struct arena *arena, const struct slack_call *call);

/* "hooks.example.com" of a URL; NULL without one. */
const char *slack_host(struct arena *arena, const char *url);

#endif
