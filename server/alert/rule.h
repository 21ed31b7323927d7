/* Rules: what to do with an alert, by its labels. The first rule that matches decides.
 *
 * [{"match": [{"label": "severity", "op": "=~", "value": "critical|page"}], "do": "declare",
 *   "severity": "P1", "service": "payment"}]
 * op: = != =~ !~ (whole value, PCRE2 with limits); label "title" is the alert's title. do: declare, attach (only if an
 * incident of the service is open), record, ignore. Without a matching rule: declare, but record what the
 * sender calls info. */
#ifndef BONGSU_ALERT_RULE_H
#define BONGSU_ALERT_RULE_H

#include "base/op.h"

#include <jansson.h>

enum rule_action { RULE_DECLARE, RULE_ATTACH, RULE_RECORD, RULE_IGNORE, RULE_ACTION_COUNT };
const char *rule_action_name(enum rule_action action);

struct rule_verdict {
    enum rule_action action;
    const char *severity, *service; /* NULL: not set by the rule */
    int index; /* of the rule that decided; -1: none matched */
};

enum { RULES_MAX = 50, RULE_MATCHES_MAX = 10, RULE_PATTERN_MAX = 200 };

/* Field errors "rules[2].match[0].value" into op. */
void rules_check(struct op *op, const json_t *rules);
/* rules must have passed rules_check. A pattern that hits its limits does not match. */
void rules_apply(struct arena *arena, const json_t *rules, const char *title, const json_t *labels,
                 const char *sender_severity, struct rule_verdict *out);

#endif
