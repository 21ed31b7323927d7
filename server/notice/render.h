/* Filling in notice texts: {{name}} is a value, {{name:이/가}} the value with the right particle of the pair. Pure
 * text work: no database, no clock. Unknown names and broken syntax are refused with their place, all of them at
 * once, so that a template can be put right in one go. */
#ifndef BONGSU_NOTICE_RENDER_H
#define BONGSU_NOTICE_RENDER_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

struct arena;
struct i18n;

enum { NOTICE_TEXT_BYTES_MAX = 32 * 1024, NOTICE_FILLED_BYTES_MAX = 64 * 1024, NOTICE_FAULTS_MAX = 50 };

struct notice_fault {
    const char *code; /* message key under field_error: template_syntax unknown_name unknown_pair not_text too_long */
    const char *what; /* the name, the pair, or the tag as written */
    int line, column; /* from 1; columns count code points */
    size_t offset, length; /* in code points from the beginning of the text */
};

struct notice_faults {
    struct notice_fault *list;
    size_t count;
};

/* vars: an object of texts and numbers. In English texts a particle is left out. False if there is any fault;
 * *out is set only on success. */
bool notice_render(struct arena *arena, const char *text, const json_t *vars, const struct i18n *lang, char **out,
                   struct notice_faults *faults);

/* The same check for a template that is being saved: every name must be one of `names` (ended by NULL). */
bool notice_check(struct arena *arena, const char *text, const char *const *names, struct notice_faults *faults);

#endif
