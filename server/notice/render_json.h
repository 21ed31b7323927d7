/* The render call as JSON, the same for the API and for `bongsu notice render`. */
#ifndef BONGSU_NOTICE_RENDER_JSON_H
#define BONGSU_NOTICE_RENDER_JSON_H

#include "notice/render.h"

struct arena;
struct i18n;

enum { NOTICE_ITEMS_MAX = 1000 };

/* item: {text, vars?, lang?, id?}. Puts `text` into answer, or `errors` (a list of {field, code, message} with name,
 * line, column, offset and length where a place in the text is meant); false in the second case. `lang` is the
 * language of the messages and of the text where the item names none. */
bool notice_render_item(struct arena *arena, const json_t *item, const struct i18n *lang, json_t *answer);

/* A place in a text: {field, code, message, name, line, column, offset, length}. */
json_t *notice_fault_json(struct arena *arena, const struct i18n *lang, const char *field,
                          const struct notice_fault *fault);

#endif
