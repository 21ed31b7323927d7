/* Shapes: which sections a document has. The report is 000 §8; retrospectives are 000 §9, 001 example 4 with
 * 002 §7.1 (postmortem), and a short form; evidence sections are 003's and can be added to any retrospective. */
#include "review/review_internal.h"

#include "base/str.h"

static const struct shape SHAPES[] = {
    { "report",
      DOCUMENT_REPORT,
      { "summary", "detection", "services", "cause", "timeline", "prevention", "follow_up" } },
    { "retrospective",
      DOCUMENT_RETRO,
      { "summary", "timeline", "prevention", "detection", "response", "actions", "went_well", "to_improve" } },
    { "postmortem",
      DOCUMENT_RETRO,
      { "summary", "timeline", "cause", "impact", "resolution", "prevention", "lessons" } },
    { "short", DOCUMENT_RETRO, { "summary", "cause", "prevention", "lessons" } },
};

static const char *const EVIDENCE[] = { "warning_signs", "log_range",         "thresholds",  "access_points",
                                        "metrics",       "middleware_trends", "fix_options", NULL };

const struct shape *shape_find(enum document_kind kind, const char *name) {
    for (size_t i = 0; i < sizeof SHAPES / sizeof *SHAPES; i++) {
        if (SHAPES[i].kind == kind && (name == NULL || str_eq(SHAPES[i].name, name))) return &SHAPES[i];
    }
    return NULL;
}

bool section_is_evidence(const char *key) {
    for (size_t i = 0; EVIDENCE[i] != NULL; i++) {
        if (str_eq(EVIDENCE[i], key)) return true;
    }
    return false;
}

const char *const *document_evidence_sections(void) {
    return EVIDENCE;
}

bool shape_has(const struct shape *shape, const char *key) {
    for (size_t i = 0; shape->sections[i] != NULL; i++) {
        if (str_eq(shape->sections[i], key)) return true;
    }
    return shape->kind == DOCUMENT_RETRO && section_is_evidence(key);
}
