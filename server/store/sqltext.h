/* SQL text: the few things the store must know about it. It only tells quotes and comments from the rest. */
#ifndef BONGSU_STORE_SQLTEXT_H
#define BONGSU_STORE_SQLTEXT_H

#include <stddef.h>

struct arena;

/* The same text with ?1 written $1, outside of quotes and comments. */
char *sqltext_postgres(struct arena *arena, const char *text);

/* The first statement of text, without its ';', in the arena; *rest is what follows. NULL when there is none left. */
char *sqltext_next_statement(struct arena *arena, const char *text, const char **rest);

/* Leaves out the lines that end with the fence of another engine ("-- @sqlite", "-- @postgres"). */
char *sqltext_for_engine(struct arena *arena, const char *text, const char *engine);

#endif
