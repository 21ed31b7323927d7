/* Kinds of destinations as administrators know them, and the fields of their forms. */
#ifndef BONGSU_WEB_PAGES_DESTINATION_KINDS_H
#define BONGSU_WEB_PAGES_DESTINATION_KINDS_H

#include "connect/destination.h"
#include "pages/form_view.h"

enum config_shape { CONFIG_TEXT, CONFIG_LIST, CONFIG_MAP, CONFIG_SECRET };
struct config_field {
    const char *name; /* in config; of a secret "secret" */
    enum config_shape shape;
    enum field_shape input;
    bool required;
    const char *const *words; /* of a menu; NULL: free text */
};
struct destination_kind {
    const char *name; /* "webhook", "discord" … */
    const char *connector;
    const char *preset; /* of connector chat; NULL: none */
    bool portal; /* its messages lead back to us */
    bool offered; /* in the list of new ones */
    const struct config_field *fields;
    size_t field_count;
};
extern const struct destination_kind DESTINATION_KINDS[];
extern const size_t DESTINATION_KIND_COUNT;
const struct destination_kind *destination_kind_named(const char *name); /* NULL: none */
/* NULL for one that no form can show (a connection's own). */
const struct destination_kind *destination_kind_of(const struct destination *destination);

/* Its name; of one that a connection keeps, the connection's. */
const char *destination_shown(const struct screen *screen, const char *name, const char *connector);

/* Topics that a form offers, each with the label "topic.…" of `label`. */
struct topic_choice {
    const char *pattern, *label;
};
extern const struct topic_choice TOPIC_CHOICES[];
extern const size_t TOPIC_CHOICE_COUNT;

/* Adds the kind's fields to a form, filled from config (may be NULL). */
void destination_fields(struct form *form, const struct destination_kind *kind, const json_t *config, bool has_secret);
/* What was typed, laid over what there was: members no field shows stay. */
json_t *destination_typed(const struct request *request, const struct destination_kind *kind, const json_t *before);

#endif
