/* Prefilter: which patterns are worth running on a sentence. From each pattern a set of literals is derived of which
 * every match contains one; all literals form one Aho-Corasick automaton, run once a sentence. Most sentences need
 * a handful of patterns out of hundreds. Deriving is automatic: a rule author cannot forget a stem. */
#include "wording/prefilter.h"
#include "wording/wording_internal.h"

#include "base/arena.h"
#include "base/require.h"

#include <string.h>

enum { LITERAL_LEN = 6, SET_MAX = 512, STATES_MAX = 60000, GROUPS = 2, PLACES_MAX = 4096 };

struct literal {
    unsigned char bytes[LITERAL_LEN];
    unsigned char len;
};

struct set { /* of literals; known == false: no promise */
    struct literal *list;
    size_t count;
    bool known;
    const struct set *second; /* another set of which a match needs one too, or NULL */
};

/* Words of the bit set and which bits of each belong to the set: a test costs words, not literals. */
struct literals {
    uint16_t *words;
    uint64_t *masks;
    size_t count;
    const struct literals *second;
};

struct prefilter {
    struct arena *arena;
    struct literal *list;
    unsigned char *groups; /* bits of the groups that watch each literal */
    size_t count, size;
    /* automaton: next[state * classes + class]; ends of state: own literal and link to the next shorter one */
    unsigned char class_of[256];
    size_t classes, states;
    uint16_t *next;
    uint16_t *literal_at; /* id + 1 */
    uint16_t *shorter; /* nearest suffix state with a literal, 0 for none */
};

struct present {
    uint64_t *bits;
    size_t words;
    uint32_t *places[GROUPS];
    size_t place_count[GROUPS];
};

struct prefilter *prefilter_new(struct arena *arena) {
    struct prefilter *prefilter = ARENA_NEW(arena, struct prefilter);
    prefilter->arena = arena;
    return prefilter;
}

/* --- deriving literals: a walk over the subset of PCRE2 that rule files use --- */

struct walk {
    struct arena *arena;
    const unsigned char *at, *end;
};

static struct set walk_alternatives(struct walk *walk);

static struct set one_literal(struct walk *walk, const unsigned char *bytes, size_t len) {
    struct set set = { .list = ARENA_NEW(walk->arena, struct literal), .count = 1, .known = true };
    set.list->len = (unsigned char)(len > LITERAL_LEN ? LITERAL_LEN : len);
    memcpy(set.list->bytes, bytes, set.list->len);
    return set;
}

/* Length of the shortest literal; a person mark is rare enough to count as four. */
static int shortest_of(const struct set *set) {
    int shortest = LITERAL_LEN;
    for (size_t i = 0; i < set->count; i++) {
        int len = set->list[i].bytes[0] == BYTE_PERSON ? 4 : set->list[i].len;
        if (len < shortest) shortest = len;
    }
    return shortest;
}

/* How much a set narrows: the longer its literals and the fewer, the better. */
static int worth(const struct set *set) {
    if (!set->known || set->count == 0) return -1;
    return shortest_of(set) * 64 - (set->count > 63 ? 63 : (int)set->count);
}

static void skip_class(struct walk *walk) {
    walk->at++; /* [ */
    if (walk->at < walk->end && *walk->at == '^') walk->at++;
    if (walk->at < walk->end && *walk->at == ']') walk->at++;
    while (walk->at < walk->end && *walk->at != ']') walk->at += *walk->at == '\\' ? 2 : 1;
    walk->at++;
}

/* "{2,5}" and the like, not a lexicon. */
static bool is_count(const struct walk *walk) {
    return *walk->at == '{' && walk->at + 1 < walk->end && (walk->at[1] == ',' || byte_is_digit(walk->at[1]));
}

/* Reads a quantifier; true if the atom before it may be absent. *repeats: there was one at all. */
static bool optional_quantifier(struct walk *walk, bool *repeats) {
    *repeats = false;
    if (walk->at >= walk->end) return false;
    bool optional = *walk->at == '?' || *walk->at == '*';
    if (is_count(walk)) {
        optional = walk->at[1] == '0' || walk->at[1] == ',';
        while (walk->at < walk->end && *walk->at != '}') walk->at++;
    } else if (!optional && *walk->at != '+') return false;
    walk->at++;
    if (walk->at < walk->end && (*walk->at == '?' || *walk->at == '+')) walk->at++; /* lazy, possessive */
    *repeats = true;
    return optional;
}

/* After "(?": skips the head of the group; true if what it holds is not part of the match. */
static bool group_is_assertion(struct walk *walk) {
    unsigned char byte = *walk->at;
    if (byte == '=' || byte == '!') return true;
    if (byte == '<' && (walk->at[1] == '=' || walk->at[1] == '!')) {
        walk->at++;
        return true;
    }
    while (walk->at < walk->end && *walk->at != ':' && *walk->at != '>') walk->at++; /* (?: (?<name> */
    walk->at++;
    return false;
}

static struct set walk_group(struct walk *walk) {
    walk->at++; /* ( */
    bool assertion = false;
    if (walk->at < walk->end && *walk->at == '?') {
        walk->at++;
        assertion = group_is_assertion(walk);
    }
    struct set inside = walk_alternatives(walk);
    walk->at++; /* ) */
    if (assertion) inside.known = false;
    return inside;
}

/* Keeps the two sets of a sequence that narrow most. */
static void keep_better(struct walk *walk, struct set *best, const struct set *candidate) {
    const struct set *other = candidate;
    struct set *kept = ARENA_NEW(walk->arena, struct set);
    if (worth(candidate) > worth(best)) {
        *kept = *best;
        *best = *candidate;
        if (best->second == NULL) best->second = kept->second;
        other = kept;
    } else *kept = *candidate;
    if (worth(other) < 0) return;
    if (best->second == NULL || worth(kept) > worth(best->second)) best->second = kept;
}

struct run { /* literal bytes in a row */
    unsigned char bytes[64];
    size_t len;
};

static void close_run(struct walk *walk, struct run *run, struct set *best) {
    if (run->len > 0) {
        struct set set = one_literal(walk, run->bytes, run->len);
        keep_better(walk, best, &set);
    }
    run->len = 0;
}

/* One literal byte, possibly escaped; false for escapes that stand for classes or positions. */
static bool literal_byte(struct walk *walk, unsigned char *out) {
    unsigned char byte = *walk->at++;
    if (byte != '\\') {
        *out = byte;
        return byte != '.' && byte != '^' && byte != '$';
    }
    *out = *walk->at++;
    if (*out == 'x') walk->at += 2; /* \xHH */
    return !((*out >= 'a' && *out <= 'z') || (*out >= 'A' && *out <= 'Z') || (*out >= '0' && *out <= '9'));
}

static struct set walk_sequence(struct walk *walk) {
    struct set best = { 0 };
    struct run run = { .len = 0 };
    while (walk->at < walk->end && *walk->at != '|' && *walk->at != ')') {
        bool repeats;
        if (*walk->at == '(' || *walk->at == '[') {
            struct set inside = { 0 };
            if (*walk->at == '(') inside = walk_group(walk);
            else skip_class(walk);
            close_run(walk, &run, &best);
            if (!optional_quantifier(walk, &repeats)) keep_better(walk, &best, &inside);
            continue;
        }
        unsigned char byte;
        bool literal = literal_byte(walk, &byte);
        bool optional = optional_quantifier(walk, &repeats);
        if (literal && !optional && run.len < sizeof run.bytes) run.bytes[run.len++] = byte;
        if (!literal || optional || repeats) close_run(walk, &run, &best);
    }
    close_run(walk, &run, &best);
    return best;
}

static struct set walk_alternatives(struct walk *walk) {
    struct set all = { .list = ARENA_ARRAY(walk->arena, SET_MAX, struct literal), .known = true };
    for (;;) {
        struct set one = walk_sequence(walk);
        bool only = all.count == 0 && all.known && (walk->at >= walk->end || *walk->at != '|');
        if (only) return one;
        if (!one.known || all.count + one.count > SET_MAX) all.known = false;
        else if (all.known) {
            memcpy(all.list + all.count, one.list, one.count * sizeof *one.list);
            all.count += one.count;
        }
        if (walk->at >= walk->end || *walk->at != '|') return all;
        walk->at++;
    }
}

static uint16_t literal_id(struct prefilter *prefilter, const struct literal *literal) {
    for (size_t i = 0; i < prefilter->count; i++) {
        if (prefilter->list[i].len == literal->len &&
            memcmp(prefilter->list[i].bytes, literal->bytes, literal->len) == 0) {
            return (uint16_t)i;
        }
    }
    if (prefilter->count == prefilter->size) {
        prefilter->size = prefilter->size * 2 + 256;
        struct literal *list = ARENA_ARRAY(prefilter->arena, prefilter->size, struct literal);
        if (prefilter->count > 0) memcpy(list, prefilter->list, prefilter->count * sizeof *list);
        unsigned char *groups = arena_alloc(prefilter->arena, prefilter->size);
        if (prefilter->count > 0) memcpy(groups, prefilter->groups, prefilter->count);
        prefilter->list = list;
        prefilter->groups = groups;
    }
    prefilter->list[prefilter->count] = *literal;
    return (uint16_t)prefilter->count++;
}

static void add_bit(struct literals *literals, size_t id) {
    size_t at = 0;
    while (at < literals->count && literals->words[at] != id / 64) at++;
    if (at == literals->count) literals->words[literals->count++] = (uint16_t)(id / 64);
    literals->masks[at] |= UINT64_C(1) << (id % 64);
}

static struct literals *register_set(struct prefilter *prefilter, const struct set *set) {
    struct literals *literals = ARENA_NEW(prefilter->arena, struct literals);
    literals->words = ARENA_ARRAY(prefilter->arena, set->count, uint16_t);
    literals->masks = ARENA_ARRAY(prefilter->arena, set->count, uint64_t);
    for (size_t i = 0; i < set->count; i++) add_bit(literals, literal_id(prefilter, &set->list[i]));
    return literals;
}

static bool is_useful(const struct set *set) {
    return set != NULL && worth(set) > 0 && shortest_of(set) > 1;
}

const struct literals *prefilter_literals(struct prefilter *prefilter, const char *pattern, size_t len) {
    struct arena *scratch = arena_new(ARENA_REQUEST_CAP);
    struct walk walk = { scratch, (const unsigned char *)pattern, (const unsigned char *)pattern + len };
    struct set set = walk_alternatives(&walk);
    struct literals *literals = is_useful(&set) ? register_set(prefilter, &set) : NULL;
    if (literals != NULL && is_useful(set.second)) literals->second = register_set(prefilter, set.second);
    arena_free(scratch);
    return literals;
}

bool prefilter_watch(struct prefilter *prefilter, const char *pattern, size_t len, int group) {
    struct arena *scratch = arena_new(ARENA_REQUEST_CAP);
    struct walk walk = { scratch, (const unsigned char *)pattern, (const unsigned char *)pattern + len };
    struct set set = walk_alternatives(&walk);
    bool known = set.known && set.count > 0;
    if (known) {
        for (size_t i = 0; i < set.count; i++) {
            uint16_t id = literal_id(prefilter, &set.list[i]); /* may move prefilter->groups */
            prefilter->groups[id] |= (unsigned char)(1 << group);
        }
    }
    arena_free(scratch);
    return known;
}

/* --- the automaton --- */

static void number_classes(struct prefilter *prefilter) {
    prefilter->classes = 1; /* 0: bytes of no literal */
    for (size_t i = 0; i < prefilter->count; i++) {
        for (size_t j = 0; j < prefilter->list[i].len; j++) {
            unsigned char byte = prefilter->list[i].bytes[j];
            if (prefilter->class_of[byte] == 0) prefilter->class_of[byte] = (unsigned char)prefilter->classes++;
        }
    }
}

static void add_literal(struct prefilter *prefilter, size_t id) {
    size_t state = 0;
    for (size_t j = 0; j < prefilter->list[id].len; j++) {
        uint16_t *cell =
            &prefilter->next[state * prefilter->classes + prefilter->class_of[prefilter->list[id].bytes[j]]];
        if (*cell == 0) *cell = (uint16_t)prefilter->states++;
        state = *cell;
    }
    prefilter->literal_at[state] = (uint16_t)(id + 1);
}

void prefilter_build(struct prefilter *prefilter) {
    struct arena *arena = prefilter->arena;
    size_t bound = 1;
    for (size_t i = 0; i < prefilter->count; i++) bound += prefilter->list[i].len;
    REQUIRE(bound < STATES_MAX);
    number_classes(prefilter);
    prefilter->next = ARENA_ARRAY(arena, bound * prefilter->classes, uint16_t);
    prefilter->literal_at = ARENA_ARRAY(arena, bound, uint16_t);
    prefilter->shorter = ARENA_ARRAY(arena, bound, uint16_t);
    prefilter->states = 1;
    for (size_t i = 0; i < prefilter->count; i++) add_literal(prefilter, i);

    uint16_t *fail = ARENA_ARRAY(arena, bound, uint16_t);
    uint16_t *queue = ARENA_ARRAY(arena, bound, uint16_t);
    size_t head = 0;
    size_t tail = 0;
    for (size_t c = 1; c < prefilter->classes; c++) {
        if (prefilter->next[c] != 0) queue[tail++] = prefilter->next[c];
    }
    while (head < tail) {
        size_t state = queue[head++];
        uint16_t back = fail[state];
        prefilter->shorter[state] = prefilter->literal_at[back] != 0 ? back : prefilter->shorter[back];
        for (size_t c = 1; c < prefilter->classes; c++) {
            uint16_t *cell = &prefilter->next[state * prefilter->classes + c];
            uint16_t other = prefilter->next[back * prefilter->classes + c];
            if (*cell == 0) *cell = other;
            else {
                fail[*cell] = other;
                queue[tail++] = *cell;
            }
        }
    }
}

struct present *present_new(const struct prefilter *prefilter, struct arena *arena) {
    struct present *present = ARENA_NEW(arena, struct present);
    present->words = prefilter->count / 64 + 1;
    present->bits = ARENA_ARRAY(arena, present->words, uint64_t);
    for (int group = 0; group < GROUPS; group++) present->places[group] = ARENA_ARRAY(arena, PLACES_MAX, uint32_t);
    return present;
}

static void note(const struct prefilter *prefilter, struct present *present, size_t id, size_t end) {
    present->bits[id / 64] |= UINT64_C(1) << (id % 64);
    for (int group = 0; group < GROUPS && prefilter->groups[id] != 0; group++) {
        if ((prefilter->groups[id] >> group & 1) == 0 || present->place_count[group] == PLACES_MAX) continue;
        present->places[group][present->place_count[group]++] = (uint32_t)(end - prefilter->list[id].len);
    }
}

void present_scan(const struct prefilter *prefilter, struct present *present, const unsigned char *bytes, size_t len) {
    memset(present->bits, 0, present->words * sizeof *present->bits);
    for (int group = 0; group < GROUPS; group++) present->place_count[group] = 0;
    size_t state = 0;
    for (size_t i = 0; i < len; i++) {
        state = prefilter->next[state * prefilter->classes + prefilter->class_of[bytes[i]]];
        size_t found = prefilter->literal_at[state] != 0 ? state : prefilter->shorter[state];
        for (; found != 0; found = prefilter->shorter[found])
            note(prefilter, present, prefilter->literal_at[found] - 1u, i + 1);
    }
}

size_t present_places(const struct present *present, int group, const uint32_t **places) {
    *places = present->places[group];
    return present->place_count[group];
}

bool present_any(const struct present *present, const struct literals *literals) {
    if (literals == NULL) return true;
    for (size_t i = 0; i < literals->count; i++) {
        if (present->bits[literals->words[i]] & literals->masks[i]) return present_any(present, literals->second);
    }
    return false;
}
