/* What the files of wording/ share: compiled rules and one run of the checker. */
#ifndef BONGSU_WORDING_INTERNAL_H
#define BONGSU_WORDING_INTERNAL_H

#include "wording/bytes.h"
#include "wording/prefilter.h"
#include "wording/wording.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
#include <stdatomic.h>

/* --- compiled rules --- */
enum wording_lang { LANG_KO, LANG_EN, LANG_COUNT };

/* Most patterns are hardly ever run: machine code is made for those that are. */
struct warmth {
    _Atomic unsigned runs;
    _Atomic bool compiled;
};
struct code {
    pcre2_code *pcre;
    struct warmth *warmth;
    const struct literals *literals; /* one of them occurs in every match; NULL if unknown */
    bool at_mention; /* begins with a person: tried only where one is mentioned */
};
struct codes {
    struct code *list;
    size_t count;
};

struct rule {
    const char *id, *category;
    enum wording_lang lang;
    struct codes any, require, unless, unless_clause, then, stop, not_subject;
    size_t reach; /* bytes between `any` and `then` */
    unsigned sections; /* bits of enum section; 0 for all */
    unsigned not_sections;
    bool questions_pass; /* open questions are asked, not asserted */
    int priority;
    enum wording_severity severity[WORDING_KIND_COUNT];
    const char *message[LANG_COUNT];
    const char *const *suggest[LANG_COUNT];
    const json_t *examples;
};

enum section {
    SECTION_UPDATE,
    SECTION_SUMMARY,
    SECTION_TIMELINE,
    SECTION_CAUSE,
    SECTION_PREVENTION,
    SECTION_LESSONS,
    SECTION_NOTICE,
    SECTION_COUNT
};
/* -1 if none of ours: then only rules for all sections apply. */
int section_index(const char *name);

struct mask_rules {
    struct codes hide; /* whole matches vanish: URLs, log lines */
    struct codes cue; /* a line with one of these quotes wording */
    struct codes owner; /* key of an owner field, up to and with its colon */
    struct codes template; /* lines of our own templates */
    struct codes allow; /* organisation words */
};

struct wording_rules {
    struct arena *arena;
    struct rule *rules;
    size_t count;
    struct mask_rules mask;
    struct codes clause; /* ends of clauses */
    struct code mention[LANG_COUNT]; /* a person or team, anchored */
    struct codes title; /* what may follow a given name */
    struct codes particle; /* what may follow a Korean full name */
    struct codes homonym_follow; /* what tells a name from a common word */
    json_t *name_words; /* English names that are also words */
    struct prefilter *prefilter;
    char version[65];
};

/* Patterns: rule syntax → bytes → PCRE2. `lexicon` maps names to pattern text (strings) or arrays of them. */
struct pattern_context {
    struct arena *arena; /* of the compiled pattern */
    struct arena *scratch; /* of one compilation */
    const json_t *lexicon;
    enum wording_lang lang;
    struct prefilter *prefilter; /* where literals are registered; may be NULL */
    bool watch; /* note where the literals of this pattern begin */
    bool mentions; /* patterns that begin with a person are compiled to be tried at mentions */
    const char *place; /* for errors: "ko/blame-word.json ko.blame.mistake" */
};
bool pattern_compile(struct pattern_context *context, const char *pattern, struct code *out, struct error *err);

/* --- matching --- */
enum { HIT_SLOTS = 3 };
struct slot { /* a named group of the match */
    const char *name;
    struct range place;
};

struct hit {
    size_t start, end; /* bytes of the squeezed text */
    const struct rule *rule;
    size_t sentence;
    bool limit; /* a match limit was reached */
    bool blocks; /* in texts of this kind; set when merged */
    struct slot slots[HIT_SLOTS];
};
struct hits {
    struct hit *list;
    size_t count, size;
};

struct check { /* one run */
    const struct wording_rules *rules;
    struct arena *arena;
    const struct wording_input *input;
    int section;
    struct source source;
    struct text folded, text;
    unsigned char *marks;
    struct ranges sentences;
    pcre2_match_data *data;
    pcre2_match_context *limits;
    unsigned char *candidates; /* for a sentence: 1 where a person may begin */
    struct ranges mentions; /* of the sentence at hand, for one language; only starts count */
    struct present *present; /* literals of the sentence at hand; NULL outside sentences */
    struct hits hits;
};

void check_mask(struct check *check);
void check_names(struct check *check);
void check_match(struct check *check);
void check_merge(struct check *check);
bool check_is_masked(const struct check *check, size_t at);

/* First match at or after `from`; false if none. Match limits set *limit. */
bool code_find(const struct check *check, const struct code *code, const unsigned char *bytes, size_t len, size_t from,
               struct range *out, bool *limit);
bool codes_find(const struct check *check, const struct codes *codes, const unsigned char *bytes, size_t len,
                struct range *out);

/* All stages up to the hits, unmerged. */
void check_run(struct check *check);
struct wording_finding *findings_of(struct check *check, enum wording_lang lang);
void hits_add(struct check *check, const struct hit *hit);
/* The agent rule: extends a match of `any` to the predicate after it; false if there is none in reach. */
bool agent_acts(const struct check *check, const struct rule *rule, const unsigned char *bytes, size_t len,
                struct range *match);

/* The organisation's words: as a pattern in which nothing has a meaning of its own; and terms as a rule file. */
const char *own_word_pattern(struct arena *arena, const char *word);
json_t *own_words_file(struct arena *arena, const struct wording_term *terms, enum wording_lang lang);

bool rules_verify(struct wording_rules *rules, struct error *err);
const char *const *suggest_for(struct check *check, const struct hit *hit, enum wording_lang lang);

#endif
