/* Words for topics and reasons: see explain.h. Texts: messages/LANG/topic.ini and explain.ini. */
#include "connect/explain.h"

#include "base/arena.h"
#include "base/str.h"
#include "text/i18n.h"

#include <string.h>

const char *topic_label(struct arena *arena, const struct i18n *lang, const char *topic) {
    const char *text = i18n_find(lang, arena_printf(arena, "topic.%s", topic));
    if (text != NULL) return text;
    const char *kind = arena_strn(arena, topic, strcspn(topic, "."));
    text = i18n_find(lang, arena_printf(arena, "topic.%s", kind));
    return text != NULL ? text : topic;
}

/* explain.CONNECTOR.CODE, else explain.CODE. */
static const char *find(struct arena *arena, const struct i18n *lang, const char *connector, const char *code) {
    const char *text = i18n_find(lang, arena_printf(arena, "explain.%s.%s", connector, code));
    return text != NULL ? text : i18n_find(lang, arena_printf(arena, "explain.%s", code));
}

static const char *of_status(struct arena *arena, const struct i18n *lang, const char *connector, const char *digits) {
    const char *text = find(arena, lang, connector, arena_printf(arena, "http.%.3s", digits));
    if (text != NULL) return text;
    return find(arena, lang, connector, arena_printf(arena, "http.%cxx", *digits));
}

const char *delivery_explain(struct arena *arena, const struct i18n *lang, const char *connector, const char *reason) {
    if (str_blank(reason)) return NULL;
    if (str_starts(reason, "HTTP ")) return of_status(arena, lang, connector, reason + 5);
    const char *text = find(arena, lang, connector, arena_strn(arena, reason, strcspn(reason, ": ")));
    /* a code nobody told us of: at least whose it is */
    return text != NULL ? text : i18n_find(lang, arena_printf(arena, "explain.%s.other", connector));
}
