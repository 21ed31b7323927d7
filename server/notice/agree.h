/* Do the Korean and the English notice say the same? Times, dates, durations, percentages, counts and the names of
 * components are taken out of both texts and compared (R-J2). What stands in one only is reported; a person decides. */
#ifndef BONGSU_NOTICE_AGREE_H
#define BONGSU_NOTICE_AGREE_H

#include <stddef.h>

struct arena;

enum fact_kind { FACT_TIME, FACT_DATE, FACT_DURATION, FACT_PERCENT, FACT_NUMBER, FACT_COMPONENT };

struct fact {
    enum fact_kind kind;
    const char *value; /* "19:30", "12-09", "75m", "30%", "5000", or the component's name in that language */
};

enum { AGREE_FACTS_MAX = 100 };

/* Facts of one text in order, each once. Understands both languages' ways of writing them. */
size_t agree_facts(struct arena *arena, const char *text, struct fact *out);

struct component_name {
    const char *ko, *en;
};
struct disagreement {
    struct fact fact;
    const char *missing_in; /* "ko" or "en" */
};
/* Components ended by {NULL, NULL}; NULL for none. Returns the count. */
size_t agree_check(struct arena *arena, const char *ko, const char *en, const struct component_name *components,
                   struct disagreement **out);

const char *fact_kind_name(enum fact_kind kind); /* "time" … */

#endif
