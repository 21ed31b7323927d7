/* What people type after /incident, in Korean or English. Pure. */
#ifndef BONGSU_CONNECT_SLACK_COMMAND_H
#define BONGSU_CONNECT_SLACK_COMMAND_H

#include <stdbool.h>
#include <stddef.h>

struct arena;

enum slack_verb {
    SLACK_USAGE, /* empty text, help with nothing to help with, or a word nobody knows */
    SLACK_DECLARE,
    SLACK_UPDATE,
    SLACK_ACK,
    SLACK_SEVERITY,
    SLACK_HELP,
    SLACK_RECOVER,
    SLACK_ACTION,
    SLACK_ONCALL,
    SLACK_LIST,
    SLACK_STATUS,
    SLACK_VERB_COUNT
};
const char *slack_verb_name(enum slack_verb verb);

struct slack_command {
    enum slack_verb verb;
    const char *unknown; /* the word that was not understood; NULL if none */
    const char *ref; /* INC-2026-0042, upper case; NULL if none was named */
    const char *severity; /* P0 … P4, upper case; NULL if none was named */
    const char *rest; /* everything else, in order; "" if nothing */
};

/* text as Slack sent it: escaped entities, tokens like <@U1|kim>, curly quotes, full-width letters in keywords. */
void slack_command_parse(struct arena *arena, const char *text, struct slack_command *out);

/* Slack's own marks and entities undone: <@U1|kim> is @U1, &lt; is <. */
char *slack_plain(struct arena *arena, const char *text);

/* Words: split at white space (U+00A0, U+3000 too); quotes, straight or curly, group; an open one runs to the end. */
size_t slack_words(struct arena *arena, const char *text, char ***words);

#endif
