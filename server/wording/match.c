/* Match: runs the rules over the sentences and collects hits. A rule fires where one of its `any` patterns matches,
 * everything in `require` is in the sentence, nothing in `unless` is (in the sentence, or in the clause), and the
 * subject is not a system. A pattern that reaches the match limit makes a finding of its own: fail closed. */
#include "wording/wording_internal.h"

#include "base/arena.h"

#include <pthread.h>
#include <string.h>

enum { HITS_A_RULE = 4 }; /* in one sentence */
enum { RUNS_COLD = 8 }; /* of a pattern by the interpreter, before machine code is made for it */

static pthread_mutex_t making = PTHREAD_MUTEX_INITIALIZER; /* machine code: once for each pattern */

static void warm_up(const struct code *code) {
    pthread_mutex_lock(&making);
    if (!atomic_load(&code->warmth->compiled)) pcre2_jit_compile(code->pcre, PCRE2_JIT_COMPLETE);
    atomic_store_explicit(&code->warmth->compiled, true, memory_order_release);
    pthread_mutex_unlock(&making);
}

/* Both ways find the same, but they count differently towards the limits: the machine code has the last word. */
static int run(const struct check *check, const struct code *code, const unsigned char *bytes, size_t len,
               size_t from) {
    struct warmth *warmth = code->warmth;
    bool warm = atomic_load_explicit(&warmth->compiled, memory_order_acquire);
    if (!warm && atomic_fetch_add_explicit(&warmth->runs, 1, memory_order_relaxed) < RUNS_COLD) {
        int found = pcre2_match(code->pcre, bytes, len, from, PCRE2_NO_JIT, check->data, check->limits);
        if (found >= 0 || found == PCRE2_ERROR_NOMATCH) return found;
    }
    if (!warm) warm_up(code);
    return pcre2_match(code->pcre, bytes, len, from, 0, check->data, check->limits);
}

bool code_find(const struct check *check, const struct code *code, const unsigned char *bytes, size_t len, size_t from,
               struct range *out, bool *limit) {
    if (from > len) return false;
    int found = run(check, code, bytes, len, from);
    if (found == PCRE2_ERROR_NOMATCH) return false;
    if (found < 0) {
        *limit = true;
        return false;
    }
    const PCRE2_SIZE *places = pcre2_get_ovector_pointer(check->data);
    *out = (struct range){ places[0], places[1] };
    return true;
}

static bool find_any(const struct check *check, const struct codes *codes, const unsigned char *bytes, size_t len,
                     struct range *out, bool *limit) {
    for (size_t i = 0; i < codes->count; i++) {
        if (check->present != NULL && !present_any(check->present, codes->list[i].literals)) continue;
        if (code_find(check, &codes->list[i], bytes, len, 0, out, limit)) return true;
    }
    return false;
}

bool codes_find(const struct check *check, const struct codes *codes, const unsigned char *bytes, size_t len,
                struct range *out) {
    bool limit = false;
    return find_any(check, codes, bytes, len, out, &limit) || limit;
}

void hits_add(struct check *check, const struct hit *hit) {
    struct hits *hits = &check->hits;
    if (hits->count == hits->size) {
        size_t size = hits->size == 0 ? 32 : hits->size * 2;
        struct hit *list = ARENA_ARRAY(check->arena, size, struct hit);
        if (hits->count > 0) memcpy(list, hits->list, hits->count * sizeof *list);
        hits->list = list;
        hits->size = size;
    }
    hits->list[hits->count++] = *hit;
}

/* One sentence under one rule. */
struct trial {
    struct check *check;
    const struct rule *rule;
    size_t sentence;
    const unsigned char *bytes;
    size_t len;
    bool limit;
};

/* The clause around [start, end): from the last clause end before it to the first one after it. */
static struct range clause_around(struct trial *trial, size_t start, size_t end) {
    struct range clause = { 0, trial->len };
    const struct codes *ends = &trial->check->rules->clause;
    for (size_t i = 0; i < ends->count; i++) {
        struct range found;
        for (size_t at = 0;
             code_find(trial->check, &ends->list[i], trial->bytes, trial->len, at, &found, &trial->limit);) {
            if (found.end <= start && found.end > clause.start) clause.start = found.end;
            if (found.start >= end && found.start < clause.end) clause.end = found.start;
            at = found.end > found.start ? found.end : found.end + 1;
        }
    }
    return clause;
}

static bool find_in(struct trial *trial, const struct codes *codes, size_t from, size_t to) {
    struct range found;
    return find_any(trial->check, codes, trial->bytes + from, to - from, &found, &trial->limit);
}

/* The thing with a subject particle (or the head of the English clause) nearest before the match is a system. */
static bool subject_is_system(struct trial *trial, const struct range *match) {
    const struct codes *codes = &trial->rule->not_subject;
    if (codes->count == 0) return false;
    struct range clause = clause_around(trial, match->start, match->end);
    return find_in(trial, codes, clause.start, match->end);
}

static bool excused(struct trial *trial, const struct range *match) {
    const struct rule *rule = trial->rule;
    if (rule->unless_clause.count > 0) {
        struct range clause = clause_around(trial, match->start, match->end);
        if (find_in(trial, &rule->unless_clause, clause.start, clause.end)) return true;
    }
    return subject_is_system(trial, match);
}

/* Named groups of the match just made. */
static void take_slots(struct trial *trial, const struct code *code, struct slot slots[HIT_SLOTS]) {
    uint32_t names = 0;
    uint32_t size = 0;
    PCRE2_SPTR table = NULL;
    pcre2_pattern_info(code->pcre, PCRE2_INFO_NAMECOUNT, &names);
    pcre2_pattern_info(code->pcre, PCRE2_INFO_NAMEENTRYSIZE, &size);
    pcre2_pattern_info(code->pcre, PCRE2_INFO_NAMETABLE, &table);
    const PCRE2_SIZE *places = pcre2_get_ovector_pointer(trial->check->data);
    size_t base = trial->check->sentences.list[trial->sentence].start;
    size_t taken = 0;
    for (uint32_t i = 0; i < names && taken < HIT_SLOTS; i++) {
        PCRE2_SPTR entry = table + (size_t)i * size;
        size_t group = (size_t)entry[0] << 8 | entry[1];
        if (group >= pcre2_get_ovector_count(trial->check->data)) continue;
        if (places[2 * group] == PCRE2_UNSET || places[2 * group] == places[2 * group + 1]) continue;
        slots[taken++] =
            (struct slot){ (const char *)entry + 2, { base + places[2 * group], base + places[2 * group + 1] } };
    }
}

static void record(struct trial *trial, const struct range *match, const struct slot *slots) {
    struct hit hit = { .rule = trial->rule, .sentence = trial->sentence, .limit = slots == NULL };
    size_t base = trial->check->sentences.list[trial->sentence].start;
    hit.start = base + match->start;
    hit.end = base + match->end;
    if (slots != NULL) memcpy(hit.slots, slots, sizeof hit.slots);
    hits_add(trial->check, &hit);
}

/* The next match of a pattern at or after `from`. Patterns about people are anchored at the places found before. */
static bool next_match(struct trial *trial, const struct code *code, size_t from, struct range *match) {
    struct check *check = trial->check;
    if (!code->at_mention) return code_find(check, code, trial->bytes, trial->len, from, match, &trial->limit);
    for (size_t i = 0; i < check->mentions.count; i++) {
        size_t at = check->mentions.list[i].start;
        if (at >= from && code_find(check, code, trial->bytes, trial->len, at, match, &trial->limit)) return true;
    }
    return false;
}

static bool is_word(unsigned char byte) {
    return byte_is_word(byte) || byte == '\'' || byte == BYTE_PERSON;
}

static size_t word_before(const unsigned char *bytes, size_t at) {
    while (at > 0 && !is_word(bytes[at - 1])) at--;
    while (at > 0 && is_word(bytes[at - 1])) at--;
    return at;
}

/* Every place where a person or team may begin: where the prefilter saw a word for one, and up to four words before
 * it ("the previous release engineer"). What turns out to be none is dropped. */
static void find_mentions(struct check *check, const unsigned char *bytes, size_t len, enum wording_lang lang) {
    enum { WORDS_BEFORE_KO = 2, WORDS_BEFORE_EN = 5 };
    const struct code *mention = &check->rules->mention[lang];
    const uint32_t *places;
    size_t count = present_places(check->present, (int)lang, &places);
    check->mentions.count = 0;
    if (count == 0) return;
    memset(check->candidates, 0, len + 1);
    for (size_t i = 0; i < count; i++) {
        size_t at = places[i];
        if (lang == LANG_EN && at > 0 && byte_is_latin(bytes[at - 1]) && byte_is_latin(bytes[at])) continue;
        check->candidates[at] = 1;
        int words = lang == LANG_KO ? WORDS_BEFORE_KO : WORDS_BEFORE_EN;
        if (at > 0 && is_word(bytes[at - 1])) at = word_before(bytes, at);
        for (; words > 0; words--) {
            check->candidates[at] |= 1;
            at = word_before(bytes, at);
        }
    }
    for (size_t at = 0; at < len; at++) {
        struct range found = { at, at };
        bool limit = false;
        if (check->candidates[at] == 0) continue;
        if (!code_find(check, mention, bytes, len, at, &found, &limit) && !limit) continue;
        ranges_add(check->arena, &check->mentions, at, found.end);
    }
}

static void try_pattern(struct trial *trial, const struct code *code) {
    struct range match;
    size_t fired = 0;
    for (size_t at = 0; fired < HITS_A_RULE;) {
        if (!next_match(trial, code, at, &match)) return;
        at = match.end > match.start ? match.end : match.end + 1;
        struct slot slots[HIT_SLOTS] = { 0 };
        take_slots(trial, code, slots);
        struct range whole = match;
        if (trial->rule->then.count > 0 && !agent_acts(trial->check, trial->rule, trial->bytes, trial->len, &whole))
            continue;
        if (excused(trial, &whole)) continue;
        record(trial, &whole, slots);
        fired++;
        if (whole.end > at) at = whole.end;
    }
}

static bool is_question(const struct trial *trial) {
    size_t len = trial->len;
    while (len > 0 && (trial->bytes[len - 1] == ' ' || trial->bytes[len - 1] == '"' || trial->bytes[len - 1] == '\''))
        len--;
    return len > 0 && trial->bytes[len - 1] == '?';
}

static bool rule_applies(const struct check *check, const struct rule *rule) {
    unsigned here = check->section < 0 ? 0 : 1u << check->section;
    if (rule->sections != 0 && (rule->sections & here) == 0) return false;
    return (rule->not_sections & here) == 0;
}

/* Whether the sentence holds the literals of at least one of the patterns. */
static bool may_match(const struct trial *trial, const struct codes *patterns) {
    for (size_t i = 0; i < patterns->count; i++) {
        if (present_any(trial->check->present, patterns->list[i].literals)) return true;
    }
    return false;
}

static void try_rule(struct trial *trial) {
    const struct rule *rule = trial->rule;
    bool reachable = rule->then.count == 0 || may_match(trial, &rule->then);
    if (!reachable || !may_match(trial, &rule->any) || (rule->questions_pass && is_question(trial))) return;
    size_t before = trial->check->hits.count;
    for (size_t i = 0; i < rule->any.count; i++) {
        if (present_any(trial->check->present, rule->any.list[i].literals)) try_pattern(trial, &rule->any.list[i]);
    }
    struct hits *hits = &trial->check->hits;
    if (hits->count > before) {
        bool required = rule->require.count == 0 || find_in(trial, &rule->require, 0, trial->len);
        if (!required || find_in(trial, &rule->unless, 0, trial->len)) hits->count = before;
    }
    if (trial->limit) record(trial, &(struct range){ 0, trial->len }, NULL);
}

static bool has_script(const unsigned char *bytes, size_t len, enum wording_lang lang) {
    for (size_t i = 0; i < len; i++) {
        if (lang == LANG_KO ? byte_is_hangul(bytes[i]) : byte_is_latin(bytes[i])) return true;
        if (bytes[i] == BYTE_PERSON) return true;
    }
    return false;
}

static void match_sentence(struct check *check, size_t index) {
    const struct range *sentence = &check->sentences.list[index];
    const unsigned char *bytes = check->text.bytes + sentence->start;
    size_t len = sentence->end - sentence->start;
    bool in_script[LANG_COUNT] = { has_script(bytes, len, LANG_KO), has_script(bytes, len, LANG_EN) };
    present_scan(check->rules->prefilter, check->present, bytes, len);
    for (int lang = 0; lang < LANG_COUNT; lang++) {
        if (!in_script[lang]) continue;
        find_mentions(check, bytes, len, (enum wording_lang)lang);
        for (size_t i = 0; i < check->rules->count; i++) {
            const struct rule *rule = &check->rules->rules[i];
            if ((int)rule->lang != lang || !rule_applies(check, rule)) continue;
            struct trial trial = { check, rule, index, bytes, len, false };
            try_rule(&trial);
        }
    }
}

void check_match(struct check *check) {
    size_t longest = 0;
    for (size_t i = 0; i < check->sentences.count; i++) {
        size_t len = check->sentences.list[i].end - check->sentences.list[i].start;
        if (len > longest) longest = len;
    }
    check->candidates = arena_alloc(check->arena, longest + 1);
    check->present = present_new(check->rules->prefilter, check->arena);
    for (size_t i = 0; i < check->sentences.count; i++) match_sentence(check, i);
}
