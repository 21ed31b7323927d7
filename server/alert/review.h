/* Alert review (R-E4): which alerts are worth waking somebody. Alerts are counted by name, the rule at the sender.
 *
 * Five classes: acted (somebody had to do something), flapped (gone by itself), threshold (set too low), duplicate (of
 * another), obsolete. Two rules: what fired in both of the last two weeks, three times or more, wants its cause removed
 * or its condition changed; what has been known for three months and never led to anything wants to be deleted. */
#ifndef BONGSU_ALERT_REVIEW_H
#define BONGSU_ALERT_REVIEW_H

#include "alert/alert.h"

enum { ALERT_CLASS_COUNT = 5, REVIEW_NAMES_MAX = 200, REVIEW_WEEKS = 13, REVIEW_DAYS_MAX = 366 };

struct review_name {
    int64_t integration_id;
    const char *source, *name;
    int64_t fired, incidents, brief; /* brief: gone within five minutes without an incident */
    int64_t classes[ALERT_CLASS_COUNT]; /* in the order of ALERT_CLASSES */
    int64_t unclassed;
    int64_t last_at;
};
struct review_names {
    struct review_name *items; /* most unclassed first */
    size_t count;
    bool more;
};

/* One of the rules: fired since the period of the rule began, in how many of its weeks, known since. */
struct review_finding {
    int64_t integration_id;
    const char *source, *name;
    int64_t fired, first_at, last_at;
};
struct review_findings {
    struct review_finding *items; /* noisiest first */
    size_t count;
};

struct review_week {
    int64_t from;
    struct alert_accuracy accuracy;
};

struct alert_review {
    int64_t from, until;
    int64_t total, classes[ALERT_CLASS_COUNT], unclassed;
    struct review_names names;
    struct review_findings two_weeks, three_months;
    struct review_week weeks[REVIEW_WEEKS]; /* oldest first; the last one is under way */
};
/* PERM_READ. The last `days` up to now for classes and names; the rules and weeks have their own times. */
bool alert_review(struct op *op, int64_t days, struct alert_review *out, struct error *err) NODISCARD;
json_t *alert_review_json(struct op *op, const struct alert_review *review);

/* PERM_RESPOND. Classes what is not classed yet of that name within the last `days`; *changed says how many. */
struct review_classing {
    int64_t integration_id, days;
    const char *name, *class;
};
bool alert_classify_name(struct op *op, const struct review_classing *classing, int64_t *changed,
                         struct error *err) NODISCARD;

#endif
