/* Forms as templates see them: fields with label, hint, value and what was wrong (partials/field.html).
 *
 * A form is a constant table of field_specs beside its handler. When it is shown again after a refusal every field
 * holds what was typed; each wrong one says why, and a summary above links to it. */
#ifndef BONGSU_WEB_PAGES_FORM_VIEW_H
#define BONGSU_WEB_PAGES_FORM_VIEW_H

#include "pages/screen.h"

enum field_shape {
    SHAPE_LINE,
    SHAPE_AREA,
    SHAPE_TIME, /* date and time in the organisation's zone */
    SHAPE_DATE,
    SHAPE_SELECT,
    SHAPE_RADIO,
    SHAPE_FLAG,
    SHAPE_CHECKS, /* several of few: one box each, named NAME.VALUE; the value is those ticked, with commas */
    SHAPE_PASSWORD,
    SHAPE_EMAIL,
    SHAPE_NUMBER,
};

struct field_spec {
    const char *name;
    enum field_shape shape;
    const char *label; /* message key */
    const char *hint; /* message key or NULL */
    bool required;
    int max; /* characters; 0: 200 for a line, 4000 for an area */
    const char *autocomplete; /* NULL: "off" */
};

struct form {
    const struct screen *screen;
    json_t *object; /* fields[], and named: each field by its name */
    json_t *fields;
    bool posted; /* show what was typed; a page with several forms clears it on the others */
};

/* Starts a form and puts it into the screen's view as `form`. action: where it is sent. */
void form_open(const struct screen *screen, struct form *out);
void form_open_as(const struct screen *screen, const char *member, struct form *out); /* another member than `form` */
void form_action(struct form *form, const char *action, const char *submit_key);
void form_text(struct form *form, const char *member, const char *text); /* draft, tone, cancel, lead … */
void form_hidden(struct form *form, const char *name, const char *value);

/* The version of what the form shows, as hidden field "version". A form refused for what was typed keeps the one it was
 * handed out with; only a reader who has just been told that somebody else changed it gets the new one. */
void form_version(struct form *form, int64_t current);
int64_t form_version_of(const struct form *form, int64_t current); /* the number alone */
int64_t form_typed_version(const struct request *request); /* -1, which nothing has, if there is none */

/* For forms that may come without one, and are not compared then: `without`. What is no version is one nothing has. */
int64_t form_version_or(const struct request *request, int64_t without);

/* What was typed wins over initial, which may be NULL. options: NULL, or from options_new. */
json_t *form_field(struct form *form, const struct field_spec *spec, const char *initial, json_t *options);
/* Days of the week as boxes (spec's shape is SHAPE_CHECKS); bit 0 is Monday. */
json_t *form_week(struct form *form, const struct field_spec *spec, int days);
/* What was ticked of them: "mon,tue". */
const char *form_week_typed(const struct request *request, const char *name);
/* Names what was refused at its field though another button than the form's own was pressed. */
void form_mark(struct form *form);
/* What was refused at a field, in the reader's language; NULL: nothing. */
const char *form_fault(const struct screen *screen, const char *name);
/* The field's text is checked as it is typed, by the wording rules of that kind. */
void form_wording(json_t *field, const char *kind);
/* All lines of a table without options; values[i] may be NULL, as may values. */
void form_fields(struct form *form, const struct field_spec *specs, size_t count, const char *const *values);
/* The field's value as it stands in the form. */
const char *form_value(const struct form *form, const char *name);

json_t *options_new(void);
json_t *option_add(json_t *options, const char *value, const char *label);
void option_detail(json_t *option, const char *detail);
json_t *options_severities(const struct screen *screen); /* with badge, meaning and promise */
json_t *options_presets(const struct screen *screen); /* shipped policies, each with what it promises */
json_t *options_services(const struct screen *screen); /* services in use, after "not known" */
json_t *options_labels(const struct screen *screen, const char *group, const char *const *names, bool with_none);

/* The same above a list whose filters were refused: group.NAME is each filter's label, prefix + NAME its place. */
void filter_errors(struct screen *screen, const char *group, const char *prefix, const struct error *err);
/* Above the form: how many are wrong, each with a link; or the error's own sentence. */
void form_errors(struct form *form, const struct error *err);

#endif
