/* Lists and maps as people type them: one line for each text, or for each "name = value". */
#ifndef BONGSU_WEB_PAGES_LINES_H
#define BONGSU_WEB_PAGES_LINES_H

#include <jansson.h>

struct arena;

enum { LINES_MAX = 20000 };

const char *lines_of(struct arena *arena, const json_t *value); /* of an array or object of texts; NULL is "" */
/* New. Blank lines are left out. A line without "=" becomes a name without a value, to be refused by name. */
json_t *lines_list(struct arena *arena, const char *text);
json_t *lines_map(struct arena *arena, const char *text);

#endif
