/* Slack's text rules (contracts: escaping, Block Kit limits). Pure. */
#ifndef BONGSU_CONNECT_SLACK_TEXT_H
#define BONGSU_CONNECT_SLACK_TEXT_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

struct arena;

/* & < > escaped, cut with an ellipsis to at most max UTF-16 units after escaping; an entity is never cut in two. */
char *slack_escape(struct arena *arena, const char *text, size_t max);
/* The three entities undone, once. */
char *slack_unescape(struct arena *arena, const char *text);

enum { SLACK_FIELDS_MAX = 10 };
struct slack_field {
    const char *label, *value;
};

/* What a message says, told by whoever queued it. text is required, the others may be NULL. */
struct slack_message {
    const char *text; /* plain; the first line becomes the header */
    const char *summary; /* the whole thing in one line, for notifications; NULL: the text */
    const char *incident_ref; /* buttons act on it; NULL: no buttons */
    const char *url; /* of the incident in the portal */
    bool open; /* offer what people do while it lasts */
    bool acknowledged; /* … but not to acknowledge it */
    bool forms; /* a bot can open forms: offer to post an update */
    const char *lang; /* of the buttons */
    const struct slack_field *fields; /* shown side by side; those without a value are left out */
    size_t field_count; /* at most SLACK_FIELDS_MAX */
    const char *mention; /* a member's id, U… or W…, that is called in the channel; anything else is left out */
};
/* {"text": …, "blocks": […], "unfurl_links": false}; owned by the arena. */
json_t *slack_blocks(struct arena *arena, const struct slack_message *message);

/* {"type": plain_text or mrkdwn, "text": …}, escaped and cut; new. */
json_t *slack_text_object(struct arena *arena, const char *type, const char *text, size_t max);
/* An option of a menu; new. */
json_t *slack_option(struct arena *arena, const char *text, const char *value);

#endif
