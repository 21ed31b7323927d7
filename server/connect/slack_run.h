/* Does what somebody asked for in Slack, as that person, and says in their language what came of it. */
#ifndef BONGSU_CONNECT_SLACK_RUN_H
#define BONGSU_CONNECT_SLACK_RUN_H

#include "connect/slack_command.h"
#include "connect/slack_request.h"
#include "store/db.h"

#include <jansson.h>

struct slack_who {
    struct actor actor;
    const struct i18n *lang;
    bool refused; /* nobody we let act; `answer` says why */
    const char *answer;
};
/* The portal user with that Slack id; somebody unknown acts under their Slack name, with the rights that the setting
 * `unmapped` gives, never as another person. */
bool slack_who(struct op *op, const json_t *settings, const struct slack_call *call, struct slack_who *out,
               struct error *err) NODISCARD;

/* What a call needs beside the op; `taken` survives a second try after ERR_BUSY. */
struct slack_work {
    const struct slack_call *call;
    const json_t *settings;
    const char *portal; /* our address, for links */
    const char *answer; /* out: mrkdwn, escaped; of a form the JSON that answers it */
    const char *told; /* out, of a form: the sentence within, for whoever is told later */
    bool taken;
};
/* Once for each key, whatever happens. People's mistakes are answers; false only for ERR_BUSY and ERR_INTERNAL. */
bool slack_work(struct op *op, struct slack_work *work, struct error *err) NODISCARD;

/* In the reader's language, without what only Slack would understand. */
const char *slack_error_sentence(struct op *op, const struct error *err);
const char *slack_field_sentence(struct op *op, const struct field_error *at);

/* Only asks for a form, and writes nothing. */
bool slack_only_asks(const struct slack_command *command);

/* Notes a marked message on the timeline of the incident whose thread it stands in. */
bool slack_mark(struct op *op, const struct slack_work *work, struct error *err) NODISCARD;

/* --- slack_verbs.c, slack_text.h's words --- */
/* One command; false with the domain's error. */
bool slack_verb(struct op *op, const struct slack_work *work, const struct slack_command *command, const char **answer,
                struct error *err) NODISCARD;
bool slack_press(struct op *op, const struct slack_work *work, const struct slack_press *press, const char **answer,
                 struct error *err) NODISCARD;

#endif
