/* Screen: what every page handler starts from, and the small view models that templates share.
 *
 * A handler opens a screen (organisation, policy, an empty view with its title), makes one domain call, puts the
 * result into the view and shows a template. Views are arena-owned JSON; nothing here writes. */
#ifndef BONGSU_WEB_PAGES_SCREEN_H
#define BONGSU_WEB_PAGES_SCREEN_H

#include "http/http.h"
#include "incident/incident.h"
#include "policy/organisation.h"
#include "policy/policy.h"

#include <jansson.h>

struct screen {
    struct request *request;
    struct response *response;
    struct op *op;
    struct organisation organisation;
    const struct policy *policy; /* in force now */
    json_t *view;
    struct field_errors faults; /* of the refused input; taken from the op, so that what is read for the page again
                                   does not count them as its own */
};

/* title: a message key. False: an error page has been answered. */
bool screen_open(struct request *request, struct response *response, const char *title, struct screen *out) NODISCARD;
void screen_title(struct screen *screen, const char *title); /* a text instead of the key's */
void screen_show(struct screen *screen, const char *template); /* 200 */
/* A form that was refused: 422 or the error's own status, with what was typed. Errors that no form can answer
 * (not found, forbidden, internal) get the error page. */
void screen_refuse(struct screen *screen, const char *template, const struct error *err);
bool screen_can_refuse(const struct error *err);

bool screen_may(const struct screen *screen, enum permission permission);
/* What was wrong with the input: before the screen was opened, else since. */
const struct field_errors *screen_faults(const struct screen *screen);
const char *say(const struct screen *screen, const char *key);
/* The text of "label.GROUP.NAME"; "" for a NULL name. */
const char *label(const struct screen *screen, const char *group, const char *name);
/* A whole number within a sentence: key with {count}. */
const char *say_count(const struct screen *screen, const char *key,
                      int64_t count); /* KEY_one, if there is such a text, for a single one */
const char *initial_of(const struct screen *screen, const char *name); /* first character, for avatars */
const char *path_of(const struct screen *screen, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* {iso, text, ago}; null for 0. */
json_t *view_instant(const struct screen *screen, int64_t ms);
/* {iso, text, left, tone}: a countdown; null for 0. */
json_t *view_until(const struct screen *screen, int64_t ms);
/* {code, label, level 0 … 4, fires 5 … 1}. */
json_t *view_severity(const struct screen *screen, const char *code);
/* {label, tone}. */
json_t *view_state(const struct screen *screen, enum incident_state state);
/* An incident as a row of any list: ref, url, title, severity, state, drill, service, started, elapsed. */
json_t *view_incident_row(const struct screen *screen, const struct incident *incident);
const char *incident_url(const struct screen *screen, const char *ref);
/* {first, next} under a list, from the current address; null if there is nothing to turn to. */
json_t *view_pages(const struct screen *screen, const char *cursor);
/* `people` [(login, name, me)] into the view: names to pick from; anything else may be typed too. Empty if they cannot
 * be read: the form works without. */
void view_people(const struct screen *screen);
/* {label, value} into a list of facts; nothing if value is NULL or "". label: a message key. */
void view_fact(const struct screen *screen, json_t *facts, const char *label_key, const char *value);

#endif
