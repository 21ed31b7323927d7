/* Blameless wording: finds, in Korean and English, the words that make a report about people instead of about
 * the system, says why, and offers other words (R-B6).
 *
 * Rules are data (templates/wording/): lexicons, patterns, exceptions, messages, rewrites and their own examples.
 * A rule file that breaks its own examples does not load. A check is a pure function of rules and input: no clock,
 * no database, no network; the rule set is immutable and shared by all threads.
 *
 * How a text is read: fold.c makes disguises equal (NFD, zero-width, full-width, look-alikes, typed jamo) in an
 * alphabet of one byte a jamo, keeping a map to the original; mask.c hides code, logs, quotations of the writing
 * rules and owner fields; names.c marks people of the roster; squeeze.c closes gaps inside words; sentence.c cuts;
 * match.c runs the rules of each sentence; merge.c keeps the best of overlapping findings.
 */
#ifndef BONGSU_WORDING_H
#define BONGSU_WORDING_H

#include "base/error.h"

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct arena;
struct wording_rules; /* immutable once loaded */

enum { WORDING_TEXT_MAX = 200 * 1024, WORDING_ROSTER_MAX = 2000, WORDING_FINDINGS_MAX = 500 };

/* Where the text stands. Updates are never slowed down: findings there advise. */
enum wording_kind { WORDING_UPDATE, WORDING_NOTICE, WORDING_REPORT, WORDING_RETRO, WORDING_KIND_COUNT };
enum wording_severity { WORDING_ADVISE, WORDING_BLOCK };

bool wording_kind_parse(const char *name, enum wording_kind *out);
const char *wording_severity_name(enum wording_severity severity);

struct wording_input {
    const char *text; /* UTF-8; anything above WORDING_TEXT_MAX bytes is refused */
    size_t size;
    const char *lang; /* "ko", "en" or NULL: language of messages and rewrites, guessed from the text if NULL */
    const char *section; /* "cause", "prevention", "summary" …; NULL for text outside a document */
    enum wording_kind kind;
    const char *const *roster; /* names and handles of people */
    size_t roster_count;
};

struct wording_finding {
    const char *rule; /* "ko.counterfactual.eoya" */
    const char *category; /* "counterfactual" */
    uint32_t start, end; /* code points of the text as sent, half-open */
    uint32_t start_utf16, end_utf16; /* the same for browsers */
    uint32_t start_byte, end_byte;
    enum wording_severity severity;
    const char *message;
    const char *const *suggestions; /* ended by NULL */
    const char *sentence; /* hash of the sentence as normalised: what a waiver is bound to */
};

struct wording_findings {
    const struct wording_finding *list; /* by place */
    size_t count;
    bool blocked; /* at least one finding blocks */
};

/* A term an organisation does not want to read, and what to write instead ("" for nothing in particular). */
struct wording_term {
    const char *term, *instead;
};

/* An organisation's own words (settings). All lists end with NULL; a NULL list is empty. */
struct wording_words {
    const char *const *allow; /* never a finding: product and domain words */
    const char *const *roles; /* job titles that count as people */
    const char *const *systems; /* names of systems, which may be at fault */
    const struct wording_term *flag; /* always a finding, of rule own.TERM and category own-word */
    const char *const *advise; /* categories that never block: judgement, hindsight */
    const char *const *must_flag, *const *must_pass; /* their own examples: sentences */
};

/* Loads templates/wording. words may be NULL. The rules live in `arena`, which must outlive every check. */
bool wording_rules_load(struct arena *arena, const struct wording_words *words, struct wording_rules **out,
                        struct error *err) NODISCARD;
/* As above from given files instead of the built-in ones (tests, editors): pairs of name and text. */
struct wording_file {
    const char *name, *text;
    size_t size;
};
bool wording_rules_load_files(struct arena *arena, const struct wording_file *files, size_t count,
                              const struct wording_words *words, struct wording_rules **out,
                              struct error *err) NODISCARD;
/* The first of the words' examples that does not hold: *flagged tells which way; NULL if all do. */
const char *wording_broken_example(const struct wording_rules *rules, struct arena *arena,
                                   const struct wording_words *words, bool *flagged);
const char *wording_rules_version(const struct wording_rules *rules); /* hash of all rule files and words */

/* The check. Fails only on input that is not UTF-8 or too large. Findings live in `arena`. */
bool wording_check(const struct wording_rules *rules, struct arena *arena, const struct wording_input *input,
                   struct wording_findings *out, struct error *err) NODISCARD;

/* The section a Markdown heading opens ("근본 원인" → "cause"), or NULL. */
const char *wording_section_of_heading(const char *heading);

/* {rule, category, start, end, start_utf16, end_utf16, severity, message, suggestions}; owned by the arena. */
json_t *wording_finding_json(struct arena *arena, const struct wording_finding *finding);

#endif
