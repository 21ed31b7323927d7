/* Slack's text rules (contracts: escaping, Block Kit limits). Pure. */
#ifndef BONGSU_CONNECT_SLACK_TEXT_H
#define BONGSU_CONNECT_SLACK_TEXT_H

#include <jansson.h>
#include <stddef.h>

struct arena;

/* & < > escaped, cut with an ellipsis to at most max UTF-16 units after escaping; an entity is never cut in two. */
char *slack_escape(struct arena *arena, const char *text, size_t max);
/* The three entities undone, once. */
char *slack_unescape(struct arena *arena, const char *text);

/* What a message says, told by whoever queued it. text is required, the others may be NULL. */
struct slack_message {
    const char *text; /* plain; the first line becomes the header */
    const char *incident_ref; /* buttons act on it */
    const char *url; /* of the incident in the portal */
    int open; /* offer acknowledge, update and help buttons */
    const char *lang; /* of the buttons */
};
/* {"text": …, "blocks": […], "unfurl_links": false}; owned by the arena. */
json_t *slack_blocks(struct arena *arena, const struct slack_message *message);

#endif
