/* Message catalogues: every text a person reads stands in templates/messages/LANG/ROOM.ini, in Korean and English.
 *
 * A line is `key = text`; the key is prefixed with the file's name: `title` in incident.ini is incident.title, and
 * so it is in incident-figures.ini (a room may have several files). `#` starts a comment line.
 * Text may hold {name} and, with a Korean particle pair, {name:이/가}. `\n` in the text is a line break.
 * A test compares the keys and placeholders of both languages. */
#ifndef BONGSU_TEXT_I18N_H
#define BONGSU_TEXT_I18N_H

#include "base/error.h"

#include <stddef.h>

struct arena;
struct i18n; /* one language; immutable and thread-safe after loading */

struct i18n_arg {
    const char *name;
    const char *value;
};

bool i18n_load_all(struct error *err) NODISCARD; /* from assets, once at start */
const struct i18n *i18n_get(const char *lang); /* "ko" or "en"; anything else gives Korean */
const char *i18n_code(const struct i18n *lang); /* of NULL, where nobody reads: Korean */

/* The text of a key, or NULL. */
const char *i18n_find(const struct i18n *lang, const char *key);
/* The text of a key; a missing key shows itself as the key (tests make that fail). */
const char *i18n_text(const struct i18n *lang, const char *key);
/* With placeholders filled in. */
char *i18n_format(const struct i18n *lang, struct arena *arena, const char *key, const struct i18n_arg *args,
                  size_t count);
/* For "{name}" templates that do not come from the catalogue. A placeholder without an argument stays as it is. */
char *i18n_fill(struct arena *arena, const char *text, const struct i18n_arg *args, size_t count);
#define I18N_ARGS(...) \
    (const struct i18n_arg[]){ __VA_ARGS__ }, sizeof((const struct i18n_arg[]){ __VA_ARGS__ }) / sizeof(struct i18n_arg)

size_t i18n_count(const struct i18n *lang);
const char *i18n_key_at(const struct i18n *lang, size_t index); /* for the catalogue test */

#endif
