/* Which settings each connection has, as data, and the destination it keeps. */
#ifndef BONGSU_CONNECT_SETTINGS_FIELDS_H
#define BONGSU_CONNECT_SETTINGS_FIELDS_H

#include "store/db.h"

#include <jansson.h>

enum setting_shape { SHAPE_TEXT, SHAPE_SECRET, SHAPE_URL, SHAPE_SECRET_URL, SHAPE_WORD, SHAPE_TEXTS, SHAPE_MAP };

struct setting_field {
    const char *name;
    enum setting_shape shape;
    bool required, multiline;
    size_t max; /* characters; of texts */
    const char *const *words; /* SHAPE_WORD */
};

struct setting_kind {
    const char *name;
    const struct setting_field *fields;
    size_t field_count;
    bool receives; /* has a hook of its own: gets a key */
    void (*check)(struct op *op, const json_t *plain); /* what one field alone cannot tell; may be NULL */
    /* Keeps the destination in step; may be NULL. */
    bool (*publish)(struct tx *tx, const json_t *plain, const char *portal, struct error *err);
};
const struct setting_kind *setting_kind_find(const char *name); /* NULL: no such settings */

#endif
