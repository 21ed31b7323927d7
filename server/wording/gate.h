/* The wording gate (R-B6): what a document's findings are, which of them are waived, and whether it may be published.
 * Runs on stored text inside the caller's transaction; what a browser found before is not trusted.
 *
 * A waiver belongs to (document, rule, sentence): changing the sentence voids it. The organisation's own words and
 * the roster (people of the portal) are read in the same transaction. Compiled rule sets are shared by all threads and
 * cached by the words they were made for. */
#ifndef BONGSU_WORDING_GATE_H
#define BONGSU_WORDING_GATE_H

#include "store/db.h"
#include "wording/wording.h"

extern const struct sql_list WORDING_STATEMENTS;

/* A part of a document: a section, an answer of the whys, a field. */
struct wording_part {
    const char *key; /* as the document calls it: "cause", "whys.2" */
    const char *section; /* as the rules know it: "cause" */
    const char *text; /* NULL counts as empty */
};

struct wording_document {
    const char *name; /* "report", "retro", "notice" */
    int64_t id;
    enum wording_kind kind;
    const char *lang;
    const struct wording_part *parts;
    size_t part_count;
};

struct waiver {
    int64_t id;
    const char *section, *rule, *category, *sentence, *words, *reason, *person;
    int64_t waived_at;
};

struct wording_reviewed {
    const struct wording_part *part;
    struct wording_finding finding;
    const struct waiver *waiver; /* NULL: open */
};

struct wording_review {
    struct wording_reviewed *items; /* by part, then place */
    size_t count;
    size_t open; /* neither waived nor mere advice */
    struct waiver *waivers; /* all of the document, also those whose sentence is gone */
    size_t waiver_count;
};

bool wording_review(struct tx *tx, const struct wording_document *document, struct wording_review *out,
                    struct error *err) NODISCARD;
/* ERR_INVALID `wording.blocked` while a blocking finding is open. */
bool wording_gate(struct tx *tx, const struct wording_document *document, struct error *err) NODISCARD;

/* Waives one finding of one part. reason: 10 to 500 characters. `wording.finding_gone` if the text has no such finding
 * (any more). Waiving twice changes nothing. */
struct waiver_wish {
    const char *part, *rule;
    int64_t start; /* code points in the part */
    const char *reason;
};
bool waiver_check(struct op *op, const struct waiver_wish *wish,
                  struct error *err) NODISCARD; /* before the transaction */
bool waiver_add(struct tx *tx, const struct wording_document *document, const struct waiver_wish *wish,
                struct error *err) NODISCARD;

/* Which rules are waived most, for the false-positive round of each month. */
struct waiver_figure {
    const char *rule, *category;
    int64_t count;
};
struct waiver_figures {
    struct waiver_figure *items; /* most first, at most 20 */
    size_t count;
};
bool waiver_figures(struct op *op, int64_t from_ms, int64_t until_ms, struct waiver_figures *out,
                    struct error *err) NODISCARD;

/* The last waivers, newest first, at most 30: what people kept, and why. */
struct waiver_entry {
    const char *document; /* report, retro, notice */
    const char *rule, *category, *words, *reason, *person;
    int64_t at;
};
struct waiver_entries {
    struct waiver_entry *items;
    size_t count;
};
bool waiver_latest(struct op *op, struct waiver_entries *out, struct error *err) NODISCARD;

/* --- the organisation's words (setting "wording") --- */
enum { WORDING_WORDS_MAX = 200, WORDING_WORD_LEN = 60, WORDING_EXAMPLE_LEN = 300 };
/* *version: 0 if they were never saved; may be NULL. */
bool wording_words_load(struct op *op, struct wording_words *out, int64_t *version, struct error *err) NODISCARD;
/* PERM_ADMIN. Lists ended by NULL; NULL lists stay as they are. Nothing is saved, and the rules in force stay, unless
 * the whole set loads and its examples hold. Field errors in op: words too short or too long, an allowed word that is
 * nothing but blame (`wording_blame`), a rewrite that is flagged itself (`wording_instead`), an example that does not
 * hold (`wording_example`). version: that they were read at, -1 = whatever it is; ERR_STALE `wording.stale`. */
bool wording_words_save(struct op *op, const struct wording_words *words, int64_t version, struct error *err) NODISCARD;

/* The rule set for the organisation's words, kept until the op's arena is freed. */
bool wording_rules_current(struct tx *tx, const struct wording_rules **out, struct error *err) NODISCARD;
/* Names and logins of people, ended by NULL. */
bool wording_roster(struct tx *tx, const char *const **names, size_t *count, struct error *err) NODISCARD;

/* {section, waived: {reason, person, at} or null, …finding} in an array. */
json_t *wording_review_json(struct op *op, const struct wording_review *review, bool open_only);

#endif
