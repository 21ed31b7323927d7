/* Forms within Slack: declaring an incident, posting an update. A block's id is the field's name of the domain call, so
 * that what is wrong is said at its field. */
#ifndef BONGSU_CONNECT_SLACK_MODAL_H
#define BONGSU_CONNECT_SLACK_MODAL_H

#include "connect/slack_run.h"

enum { SLACK_OPEN_MS = 2500 }; /* a trigger lives three seconds */

/* Opens a form for whoever asked. False: there is no bot, no trigger, or Slack refused; say it in words instead. */
bool slack_open_declare(struct op *op, const struct slack_work *work, const struct slack_command *command);
bool slack_open_update(struct op *op, const struct slack_work *work, const char *ref);

/* What was typed into one. *said: a sentence about what came of it, mrkdwn. */
bool slack_submit(struct op *op, const struct slack_work *work, const struct slack_form *form, const char **said,
                  struct error *err) NODISCARD;

/* Answers to a submitted form, as JSON text: the mistakes at their fields, or a view that says one sentence. */
const char *slack_form_errors(struct op *op, const struct slack_form *form, const struct error *err);
const char *slack_form_done(struct op *op, const char *sentence);

#endif
