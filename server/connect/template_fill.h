/* "{{to}}" in a template, with each value encoded for its place: within a JSON string or a form field. Pure. */
#ifndef BONGSU_CONNECT_TEMPLATE_FILL_H
#define BONGSU_CONNECT_TEMPLATE_FILL_H

#include <stddef.h>

struct arena;

enum fill_format { FILL_JSON, FILL_FORM };
struct fill_value {
    const char *name, *value;
};
/* A name nobody knows is left out. NULL: longer than 64 KiB. */
char *template_fill(struct arena *arena, const char *text, enum fill_format format, const struct fill_value *values,
                    size_t count);

#endif
