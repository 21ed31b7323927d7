/* Notice texts as they ship: templates/notices/LANG/SCENARIO.notice, one text for each stage. Read when asked for;
 * a test reads them all. What the organisation changed stands in the database (notice_template.h) and wins. */
#ifndef BONGSU_NOTICE_SCENARIO_H
#define BONGSU_NOTICE_SCENARIO_H

#include "base/error.h"

#include <stddef.h>
#include <stdint.h>

struct arena;
struct incident;

enum notice_stage { STAGE_DETECTED, STAGE_DELAYED, STAGE_RECOVERING, STAGE_RECOVERED, STAGE_COUNT };
const char *notice_stage_name(enum notice_stage stage); /* detected delayed recovering recovered */
bool notice_stage_parse(const char *name, enum notice_stage *out);

struct notice_text {
    const char *title, *text; /* NULL if there is none */
};

struct scenario {
    const char *key; /* the file's name */
    const char *name; /* in the language it was read in */
    const char *match; /* words that point to this scenario; "" for none */
    int64_t order;
    struct notice_text stages[STAGE_COUNT];
    bool own[STAGE_COUNT]; /* the organisation's text, not the one that ships */
};

enum { SCENARIOS_MAX = 60 };
/* All scenarios of a language ("ko", "en"), in order. ERR_INTERNAL `notice.template_invalid` with file and line. */
bool scenario_list(struct arena *arena, const char *lang, struct scenario **out, size_t *count,
                   struct error *err) NODISCARD;

/* The text of one stage and channel (banner sms ars phone) from _channels.notice; NULL if there is none. */
bool scenario_channel(struct arena *arena, const char *lang, enum notice_stage stage, const char *channel,
                      const char **out, struct error *err) NODISCARD;

/* Beginnings of lines that are left out where a text is told by mouth ("이용에 불편|…"); "" for none. */
bool scenario_formalities(struct arena *arena, const char *lang, const char **out, struct error *err) NODISCARD;

/* The scenario whose words occur most often in the incident's texts; "general" if none do. */
const char *scenario_match(struct arena *arena, const struct scenario *list, size_t count,
                           const struct incident *incident);

#endif
