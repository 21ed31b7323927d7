/* The facts of a notice, from its incident: what the variables of notice texts stand for.
 *
 * Variables: service, impact, organisation, start, end, date, range, duration, about, next, zone, and for the
 * recorded voice start_spoken, end_spoken, next_spoken; in channel texts also headline, body and gist (the body
 * without its formalities). A line that uses a
 * variable without a value yet (the end of what still goes on) is left out. */
#ifndef BONGSU_NOTICE_FACTS_H
#define BONGSU_NOTICE_FACTS_H

#include "notice/render.h"
#include "store/db.h"
#include "text/tz.h"

#include <stdint.h>

struct incident;

extern const char *const NOTICE_NAMES[]; /* of the variables of a scenario's texts, ended by NULL */

struct notice_facts {
    const char *service, *service_en; /* name shown to customers; NULL: the word for "the service" */
    const char *impact;
    const char *organisation; /* "" reads as the word for "the service" */
    int64_t start_ms, end_ms; /* end 0: goes on */
    int64_t next_ms; /* next notice; 0 = none promised */
    const struct tz *tz;
};
/* The service's English name is that of its public component of the same name. */
bool notice_facts(struct tx *tx, const struct incident *incident, int64_t next_ms, struct notice_facts *out,
                  struct error *err) NODISCARD;

json_t *notice_vars(struct arena *arena, const struct notice_facts *facts, const struct i18n *lang);

/* Fills in line by line. False with faults if the text is broken or a name unknown. */
bool notice_fill(struct arena *arena, const char *text, const json_t *vars, const struct i18n *lang, char **out,
                 struct notice_faults *faults);

/* Every way to tell it: banner, sms with its size, kakao variables, ars, phone. */
bool notice_channels(struct arena *arena, const struct notice_facts *facts, const struct i18n *lang, int stage,
                     const char *body, json_t **out, struct error *err);

#endif
