/* What Slack sends us, checked and read. Pure. */
#ifndef BONGSU_CONNECT_SLACK_REQUEST_H
#define BONGSU_CONNECT_SLACK_REQUEST_H

#include "base/error.h"

#include <jansson.h>
#include <stddef.h>
#include <stdint.h>

struct arena;

enum { SLACK_WINDOW_S = 300, SLACK_BODY_MAX = 1024 * 1024, SLACK_PRESSES_MAX = 25, SLACK_VALUES_MAX = 50 };

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
    const char *value; /* the incident's reference; of a menu "REF CHOICE" */
    const char *key; /* the same for the same press, whenever it arrives */
};
struct slack_value {
    const char *name, *value; /* value NULL: left empty */
};
/* A form that was sent off (slack_modal.h). */
struct slack_form {
    const char *kind; /* "declare", "update" */
    const char *ref; /* the incident it is about; "" for none */
    struct slack_value *values;
    size_t count;
};
/* A message somebody pinned or marked with 📌. */
struct slack_mark {
    const char *channel, *ts; /* checked: capital letters and digits; digits and a dot */
};
/* One command, or what was pressed, sent off or marked. */
struct slack_call {
    const char *team, *user_id, *user_name; /* user_name "" if not told */
    const char *key; /* the same when it arrives again; of presses NULL: each has its own */
    const char *trigger; /* opens a form within three seconds; NULL: none */
    const char *command; /* text after /incident; NULL for presses */
    struct slack_press *presses;
    size_t press_count;
    const struct slack_form *form; /* NULL: none */
    const struct slack_mark *mark; /* NULL: none */
    const char *response_url; /* NULL: none */
};
/* The JSON of an interaction. Others than block_actions and view_submission ask for nothing. ERR_UNREADABLE
 * `slack.payload`. */
bool slack_read_payload(struct arena *arena, const char *payload, struct slack_call *out, struct error *err) NODISCARD;

/* The JSON of the Events API. *challenge: what to answer to Slack's check of our address, else NULL. Events that are
 * none of ours ask for nothing. ERR_UNREADABLE `slack.payload`. */
bool slack_read_event(struct arena *arena, const json_t *json, const char **challenge, struct slack_call *out,
                      struct error *err) NODISCARD;
/* Whether anything is asked for. */
bool slack_call_asks(const struct slack_call *call);

/* Into another arena, for whoever works on it later. */
struct slack_call *slack_call_copy(struct arena *arena, const struct slack_call *call);

/* "hooks.example.com" of a URL; NULL without one. */
const char *slack_host(struct arena *arena, const char *url);

#endif
