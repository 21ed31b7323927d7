/* Prefilter of wording/: the literals every match of a pattern must contain, found in one pass over a sentence. */
#ifndef BONGSU_WORDING_PREFILTER_H
#define BONGSU_WORDING_PREFILTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct arena;
struct literals; /* of one pattern */
struct prefilter; /* of a rule set */
struct present; /* which literals a sentence holds */

struct prefilter *prefilter_new(struct arena *arena);
/* `pattern` in PCRE2 syntax over our bytes. NULL if no set of literals can be promised. */
const struct literals *prefilter_literals(struct prefilter *prefilter, const char *pattern, size_t len);
/* As above, and every place where one of them begins is kept in `places` of group 0 or 1. False if there is no set. */
bool prefilter_watch(struct prefilter *prefilter, const char *pattern, size_t len, int group);
void prefilter_build(struct prefilter *prefilter); /* after the last pattern */

struct present *present_new(const struct prefilter *prefilter, struct arena *arena);
void present_scan(const struct prefilter *prefilter, struct present *present, const unsigned char *bytes, size_t len);
/* Where watched literals of a group begin, in order of their ends. */
size_t present_places(const struct present *present, int group, const uint32_t **places);
bool present_any(const struct present *present, const struct literals *literals); /* NULL: true */

#endif
