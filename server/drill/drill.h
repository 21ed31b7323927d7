/* Drills by script (R-A14): an incident of kind "drill" in which the portal plays the monitoring, the customers and the
 * other teams. Each line of the script is a timeline event that falls due at its minute, or at a fraction of it when
 * the drill is played faster. Responders do the rest with the usual forms; nothing leaves the house. A drill that is
 * over, however it ended, hears no more of its script. Scripts come with the program: templates/drills/LANG/KEY.json.
 */
#ifndef BONGSU_DRILL_DRILL_H
#define BONGSU_DRILL_DRILL_H

#include "incident/incident.h"
#include "ledger/ledger.h"

#include <jansson.h>

#define DRILL_LINE_DUE "drill.line"
enum { DRILL_LINES_MAX = 40, DRILL_GOALS_MAX = 8, DRILL_SPEED_MAX = 30 };

struct drill_line {
    int64_t minute; /* after the start, at normal speed; never before the line above */
    const char *voice, *text; /* who is heard, and what they say */
};
struct drill_script {
    const char *key, *lang, *title, *lead, *symptom;
    const char *goals[DRILL_GOALS_MAX];
    size_t goal_count;
    struct drill_line lines[DRILL_LINES_MAX];
    size_t line_count;
};
struct drill_scripts {
    struct drill_script *items; /* by key */
    size_t count;
};

/* PERM_READ. Each script once, in the reader's language. */
bool drill_scripts(struct op *op, struct drill_scripts *out, struct error *err) NODISCARD;
/* ERR_NOT_FOUND `drill.unknown`. */
bool drill_script(struct op *op, const char *key, struct drill_script *out, struct error *err) NODISCARD;

struct drill_input { /* as typed */
    const char *script, *severity;
    const char *service; /* key; may be NULL */
    const char *speed; /* 1 … DRILL_SPEED_MAX times as fast; NULL: 1 */
};
/* PERM_RESPOND. Declares the incident and sets its first line due, in one transaction. */
bool drill_start(struct op *op, const struct drill_input *input, struct incident *out, struct error *err) NODISCARD;

bool drill_line_due(struct tx *tx, const struct due *due, struct error *err) NODISCARD; /* a due_handler */

json_t *drill_script_json(struct op *op, const struct drill_script *script);

#endif
