/* Threshold catalogue (R-E2): which value of a metric is normal, which wants care, which is dangerous, and why.
 *
 * direction above: a value below `caution` is normal, one above `danger` dangerous, what lies between wants care;
 * direction below: the other way round. Either bound may be missing. Until an organisation saves its own, the
 * catalogue is the starter set of templates/thresholds.json. */
#ifndef BONGSU_ALERT_THRESHOLD_H
#define BONGSU_ALERT_THRESHOLD_H

#include "store/db.h"

#include <jansson.h>

enum { THRESHOLDS_MAX = 200 };

struct threshold {
    const char *metric, *name, *unit, *reason, *expression; /* expression: PromQL of the value; "" is the metric */
    bool below, has_caution, has_danger;
    double caution, danger;
};
struct threshold_list {
    struct threshold *list;
    size_t count;
    bool starter;
};
enum threshold_level { LEVEL_NORMAL, LEVEL_CAUTION, LEVEL_DANGER };

bool threshold_list(struct op *op, struct threshold_list *out, struct error *err) NODISCARD;
/* PERM_SERVICE. items replaces the catalogue: [{metric, name, unit?, direction?, caution?, danger?, reason?,
 * expression?}]. Wrong fields are named "items.3.danger". */
bool threshold_save(struct op *op, const json_t *items, struct error *err) NODISCARD;

/* PERM_SERVICE. One entry: item in place of `metric`, or as a new one if that is NULL; item NULL removes it. mark: what
 * threshold_mark said of the entry that was shown; ERR_STALE `threshold.stale` if it is another by now. Wrong fields
 * are named "danger". Removing the last brings the starter set back. */
struct threshold_edit {
    const char *metric, *mark;
    const json_t *item;
};
bool threshold_edit(struct op *op, const struct threshold_edit *edit, struct error *err) NODISCARD;
const char *threshold_mark(struct arena *arena, const struct threshold *threshold);

/* ERR_NOT_FOUND `threshold.unknown`. */
bool threshold_find(const struct threshold_list *list, const char *metric, const struct threshold **out,
                    struct error *err) NODISCARD;
enum threshold_level threshold_level(const struct threshold *threshold, double value);
const char *threshold_level_name(enum threshold_level level);
json_t *threshold_json(const struct threshold *threshold);
/* A rule file for Prometheus: an alert for each bound. */
char *threshold_rules(struct arena *arena, const struct threshold_list *list);

extern const struct sql_list THRESHOLD_STATEMENTS;

#endif
