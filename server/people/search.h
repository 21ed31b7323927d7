/* Looking for people and services by part of a name, the same way on both engines. */
#ifndef BONGSU_PEOPLE_SEARCH_H
#define BONGSU_PEOPLE_SEARCH_H

struct arena;

/* ASCII capitals as small letters: what the stored `folded` columns hold. */
char *search_folded(struct arena *arena, const char *text);

/* `%text%` folded, for LIKE with '!' as escape; NULL and "" give NULL. */
const char *search_pattern(struct arena *arena, const char *text);

#endif
