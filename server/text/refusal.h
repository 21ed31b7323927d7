/* Refusals in words: what a person reads instead of an error's code. One place, so that pages, API, Slack and commands
 * say the same. */
#ifndef BONGSU_TEXT_REFUSAL_H
#define BONGSU_TEXT_REFUSAL_H

#include "base/error.h"

struct arena;
struct i18n;

/* The catalogue's sentence for the code (error.CODE); the kind's own where the code has none. */
const char *refusal_text(const struct i18n *lang, struct arena *arena, const struct error *err);
/* What was wrong with a field (field_error.CODE). Where the error has an argument, `CODE_arg` is taken if there is one:
 * "malformed" alone, or with an example of what is right. */
const char *refusal_field_text(const struct i18n *lang, struct arena *arena, const struct field_error *at);

#endif
