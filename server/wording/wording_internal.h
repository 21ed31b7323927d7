/* What the files of wording/ share. Text is matched as bytes of an own alphabet: ASCII in lower case, one byte a
 * jamo, and a few bytes for everything else, so that one PCRE2 pattern sees through every form of the same word. */
#ifndef BONGSU_WORDING_INTERNAL_H
#define BONGSU_WORDING_INTERNAL_H

#include "wording/prefilter.h"
#include "wording/wording.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

enum byte {
    BYTE_MASKED = 0x02, /* something hidden: code, URL, quotation */
    BYTE_PERSON = 0x03, /* a name of the roster */
    BYTE_L = 0x80, /* 19 leading consonants */
    BYTE_V = 0x93, /* 21 vowels */
    BYTE_T = 0xa7, /* + 1..27 final consonants */
    BYTE_LETTER = 0xc3, /* letter of another script */
    BYTE_SYMBOL = 0xc4,
    BYTE_DOT = 0xc5 /* middle dots */
};
enum { JAMO_L = 19, JAMO_V = 21, JAMO_T = 27 };

static inline bool byte_is_l(unsigned char byte) {
    return byte >= BYTE_L && byte < BYTE_L + JAMO_L;
}
static inline bool byte_is_v(unsigned char byte) {
    return byte >= BYTE_V && byte < BYTE_V + JAMO_V;
}
static inline bool byte_is_t(unsigned char byte) {
    return byte > BYTE_T && byte <= BYTE_T + JAMO_T;
}
static inline bool byte_is_hangul(unsigned char byte) {
    return byte >= BYTE_L && byte <= BYTE_T + JAMO_T;
}
static inline bool byte_is_latin(unsigned char byte) {
    return byte >= 'a' && byte <= 'z';
}

/* The original, decoded. */
struct source {
    const char *bytes;
    size_t size;
    uint32_t *points;
    uint32_t *offsets; /* byte offset of each point, and of the end */
    size_t count;
};

struct text {
    unsigned char *bytes;
    uint32_t *map; /* index of the code point each byte comes from */
    size_t len;
};

/* Marks over a folded text, one a byte. */
enum mark { MARK_MASKED = 1, MARK_OWNER = 2, MARK_PERSON = 4 };

struct range {
    size_t start, end;
};
struct ranges {
    struct range *list;
    size_t count, size;
};
void ranges_add(struct arena *arena, struct ranges *ranges, size_t start, size_t end);

void source_decode(struct arena *arena, const char *bytes, size_t size, struct source *out);
void text_fold(struct arena *arena, const struct source *source, struct text *out);
void text_squeeze(struct arena *arena, const struct text *folded, const unsigned char *marks, struct text *out);
void text_sentences(struct arena *arena, const struct text *text, struct ranges *out);
/* Hangul in conjoining bytes for a UTF-8 word: what patterns and names are made of. */
void text_fold_word(struct arena *arena, const char *word, struct text *out);

/* --- compiled rules --- */
enum wording_lang { LANG_KO, LANG_EN, LANG_COUNT };

struct code {
    pcre2_code *pcre;
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

bool rules_verify(struct wording_rules *rules, struct error *err);
const char *const *suggest_for(struct check *check, const struct hit *hit, enum wording_lang lang);

#endif
