/* What can be said about an incident from its values alone: its words, its beginning, its measurements. Pure. */
#include "incident/incident_internal.h"

#include "base/str.h"

const char *const STATE_WORDS[] = { "open",   "acknowledged", "mitigating", "recovered",
                                    "closed", "false_alarm",  "merged",     NULL };
const char *const KIND_WORDS[] = { "normal", "drill", "backfilled", NULL };
const char *const CATEGORY_WORDS[] = { "infrastructure", "application", "data", "external", "security", NULL };
const char *const DETECTION_WORDS[] = { "monitoring", "cs", "internal", "external", NULL };
const char *const TRISTATE_WORDS[] = { "no", "yes", NULL };
const char *const PHASE_WORDS[] = { "occurred", "detected", "propagated", "triaged", "recovered",
                                    "analysed", "shared",   "reviewed",   NULL };
static const char *const MEASURE_WORDS[] = { "detect", "acknowledge", "recover", NULL };
static const char *const MEASURE_STATE_WORDS[] = { "recorded", "pending", "not_applicable", "invalid", NULL };

int word_index(const char *const *words, const char *word) {
    for (int i = 0; word != NULL && words[i] != NULL; i++) {
        if (str_eq(words[i], word)) return i;
    }
    return -1;
}

const char *incident_state_name(enum incident_state state) {
    REQUIRE(state < INCIDENT_STATE_COUNT);
    return STATE_WORDS[state];
}

const char *incident_kind_name(enum incident_kind kind) {
    REQUIRE(kind < INCIDENT_KIND_COUNT);
    return KIND_WORDS[kind];
}

const char *incident_category_name(enum incident_category category) {
    REQUIRE(category < CATEGORY_COUNT);
    return category == CATEGORY_NONE ? NULL : CATEGORY_WORDS[category - 1];
}

const char *incident_detection_name(enum incident_detection detection) {
    REQUIRE(detection < DETECTION_COUNT);
    return detection == DETECTION_NONE ? NULL : DETECTION_WORDS[detection - 1];
}

const char *incident_phase_name(enum incident_phase phase) {
    REQUIRE(phase < PHASE_COUNT);
    return PHASE_WORDS[phase];
}

const char *tristate_name(enum tristate value) {
    return value == TRI_UNKNOWN ? NULL : TRISTATE_WORDS[value - 1];
}

const char *measure_name(enum measure measure) {
    REQUIRE(measure < MEASURE_COUNT);
    return MEASURE_WORDS[measure];
}

const char *measure_state_name(enum measure_state state) {
    return MEASURE_STATE_WORDS[state];
}

bool incident_state_parse(const char *name, enum incident_state *out) {
    int index = word_index(STATE_WORDS, name);
    if (index < 0) return false;
    *out = (enum incident_state)index;
    return true;
}

bool incident_kind_parse(const char *name, enum incident_kind *out) {
    int index = word_index(KIND_WORDS, name);
    if (index < 0) return false;
    *out = (enum incident_kind)index;
    return true;
}

bool incident_category_parse(const char *name, enum incident_category *out) {
    int index = word_index(CATEGORY_WORDS, name);
    if (index < 0) return false;
    *out = (enum incident_category)(index + 1);
    return true;
}

bool incident_detection_parse(const char *name, enum incident_detection *out) {
    int index = word_index(DETECTION_WORDS, name);
    if (index < 0) return false;
    *out = (enum incident_detection)(index + 1);
    return true;
}

bool incident_phase_parse(const char *name, enum incident_phase *out) {
    int index = word_index(PHASE_WORDS, name);
    if (index < 0) return false;
    *out = (enum incident_phase)index;
    return true;
}

const char *incident_headline(const struct incident *incident) {
    return incident->title != NULL ? incident->title : incident->symptom;
}

int64_t incident_begin(const struct incident *incident) {
    int64_t started = incident->phase_at[PHASE_OCCURRED];
    return started != 0 ? started : incident->declared_at;
}

bool incident_is_open(enum incident_state state) {
    return state == INCIDENT_OPEN || state == INCIDENT_ACKNOWLEDGED || state == INCIDENT_MITIGATING;
}

bool incident_is_live(const struct incident *incident) {
    return incident_is_open(incident->state) && incident->kind != INCIDENT_BACKFILLED;
}

bool incident_reaches_outside(const struct incident *incident) {
    return incident->kind == INCIDENT_NORMAL;
}

/* From one instant to another. A missing end may still come while `may_come`; a missing start can still be stated
 * by a correction, so it is pending and never a zero. */
static struct measurement measure_between(int64_t from, int64_t until, bool may_come) {
    if (until == 0) return (struct measurement){ may_come ? MEASURE_PENDING : MEASURE_NOT_APPLICABLE, 0 };
    if (from == 0) return (struct measurement){ MEASURE_PENDING, 0 };
    if (until < from) return (struct measurement){ MEASURE_INVALID, 0 };
    return (struct measurement){ MEASURE_RECORDED, minutes_between(from, until) };
}

struct measurement incident_measure(const struct incident *incident, enum measure measure) {
    bool void_case = incident->state == INCIDENT_FALSE_ALARM || incident->state == INCIDENT_MERGED;
    if (void_case) return (struct measurement){ MEASURE_NOT_APPLICABLE, 0 };
    bool open = incident_is_open(incident->state);
    int64_t started = incident->phase_at[PHASE_OCCURRED];
    switch (measure) {
    case MEASURE_DETECT: return measure_between(started, incident->phase_at[PHASE_DETECTED], true);
    case MEASURE_ACKNOWLEDGE:
        if (incident->kind == INCIDENT_BACKFILLED && incident->acknowledged_at != 0 && started != 0) {
            return measure_between(started, incident->acknowledged_at, open);
        }
        return measure_between(incident->declared_at, incident->acknowledged_at,
                               open && incident->kind != INCIDENT_BACKFILLED);
    case MEASURE_RECOVER: return measure_between(started, incident->phase_at[PHASE_RECOVERED], open);
    case MEASURE_COUNT: break;
    }
    die("unknown measure %d", (int)measure);
}

static int64_t floor_minute(int64_t ms) {
    int64_t minute = ms / MINUTE_MS;
    return ms % MINUTE_MS < 0 ? minute - 1 : minute;
}

int64_t minutes_between(int64_t from, int64_t until) {
    int64_t minutes = floor_minute(until) - floor_minute(from);
    return minutes > 0 ? minutes : 0;
}
