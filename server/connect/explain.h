/* What happened to a message, in words for people: what its topic means, and why it did not arrive. */
#ifndef BONGSU_CONNECT_EXPLAIN_H
#define BONGSU_CONNECT_EXPLAIN_H

struct arena;
struct i18n;

/* "incident.declared" → 장애 선언; a topic without a name of its own is called after its kind. */
const char *topic_label(struct arena *arena, const struct i18n *lang, const char *topic);

/* What a recorded reason ("channel_not_found", "HTTP 404", "net.timeout: …") means and what to do about it; NULL if
 * nothing is known about it. */
const char *delivery_explain(struct arena *arena, const struct i18n *lang, const char *connector, const char *reason);

#endif
