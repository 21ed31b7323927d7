/* Squeeze: from the folded text and its marks to what patterns see. A hidden stretch becomes one byte, a name of the
 * roster becomes one byte, runs of spaces become one space, and what people put inside words to break or decorate
 * them (hyphens, dots, emphasis stars, letters spelt out) is closed up. Soft-wrapped lines are joined. */
#include "wording/wording_internal.h"

#include "base/arena.h"

#include <string.h>

struct squeezing {
    const struct text *in;
    const unsigned char *marks;
    struct text *out;
    struct arena *arena;
    struct text common; /* is_common_syllable's list, folded when first needed */
    size_t line; /* where the current line began, in bytes of in */
};

static void emit(struct squeezing *run, unsigned char byte, size_t at) {
    run->out->bytes[run->out->len] = byte;
    run->out->map[run->out->len] = run->in->map[at];
    run->out->len++;
}

static unsigned char byte_at(const struct squeezing *run, size_t at) {
    return at < run->in->len && run->marks[at] == 0 ? run->in->bytes[at] : 0;
}

static unsigned char last_byte(const struct squeezing *run) {
    return run->out->len == 0 ? 0 : run->out->bytes[run->out->len - 1];
}

static bool is_breaker(unsigned char byte) {
    return byte == '-' || byte == '.' || byte == BYTE_DOT || byte == '*' || byte == '_' || byte == '~' || byte == '|';
}

/* Start of the syllable that ends before `at` in the input, or `at` if there is none. */
static size_t syllable_before(const struct squeezing *run, size_t at) {
    size_t start = at;
    if (start > 0 && byte_is_t(byte_at(run, start - 1))) start--;
    if (start < 2 || !byte_is_v(byte_at(run, start - 1)) || !byte_is_l(byte_at(run, start - 2))) return at;
    return start - 2;
}

/* True if the syllable before the breaker stands alone ("실.수", "부.주.의"), not at a sentence's end. */
static bool single_syllable_before(const struct squeezing *run, size_t at) {
    size_t start = syllable_before(run, at);
    return start < at && (start == 0 || !byte_is_hangul(byte_at(run, start - 1)));
}

/* How many breakers to drop here, 0 for none. */
static size_t breakers_inside_word(const struct squeezing *run, size_t at) {
    size_t len = 0;
    bool has_dot = false;
    while (len < 3 && is_breaker(byte_at(run, at + len))) has_dot |= byte_at(run, at + len++) == '.';
    if (len == 0) return 0;
    unsigned char before = last_byte(run);
    unsigned char after = byte_at(run, at + len);
    if (byte_is_hangul(before) && byte_is_l(after)) {
        if (byte_at(run, at) == '|') return 0;
        return has_dot && !single_syllable_before(run, at) ? 0 : len;
    }
    unsigned char breaker = byte_at(run, at);
    bool latin = byte_is_latin(before) && byte_is_latin(after);
    return latin && len == 1 && breaker != '_' && breaker != '~' && breaker != '|' ? 1 : 0;
}

/* "m i s t a k e", "f.a.u.l.t": length of a run of at least four letters spelt out from here, 0 if it is none. */
static size_t spelt_out(const struct squeezing *run, size_t at) {
    unsigned char before = last_byte(run);
    if (byte_is_latin(before) || (byte_is_digit(before))) return 0;
    unsigned char separator = byte_at(run, at + 1);
    if (separator != ' ' && separator != '.' && separator != '-' && separator != BYTE_DOT && separator != '_') return 0;
    size_t letters = 1;
    size_t end = at + 1;
    while (byte_at(run, end) == separator && byte_is_latin(byte_at(run, end + 1))) {
        unsigned char next = byte_at(run, end + 2);
        if (byte_is_latin(next) || (byte_is_digit(next))) break;
        letters++;
        end += 2;
    }
    return letters >= 4 ? end - at : 0;
}

static bool is_space(unsigned char byte) {
    return byte == ' ';
}

/* One-syllable words that do stand alone. What people pull apart to hide it consists of few of them. */
static bool is_common_syllable(struct squeezing *run, size_t start, size_t end) {
    static const char words[] =
        "이그저한두세네왜안못더수것때등및내제총약또꼭곧잘다각첫전후중간건분초월일년시개명번회차층팀곳뿐채듯만할될볼";
    if (run->common.len == 0) text_fold_word(run->arena, words, &run->common);
    const struct text *common = &run->common;
    for (size_t at = 0; at < common->len;) {
        size_t next = at + 2 < common->len && byte_is_t(common->bytes[at + 2]) ? at + 3 : at + 2;
        if (next - at == end - start && memcmp(common->bytes + at, run->in->bytes + start, end - start) == 0)
            return true;
        at = next;
    }
    return false;
}

static size_t syllable_after(const struct squeezing *run, size_t at) {
    if (!byte_is_l(byte_at(run, at)) || !byte_is_v(byte_at(run, at + 1))) return at;
    return byte_is_t(byte_at(run, at + 2)) ? at + 3 : at + 2;
}

/* "부 주 의", "했 어 야 했 다": end of a run of at least three syllables set apart by single spaces, 0 if it is none.
 */
static size_t spaced_out(struct squeezing *run, size_t at) {
    size_t count = 0;
    size_t common = 0;
    size_t end = 0;
    enum { RUN_MAX = 24 }; /* the rest is looked at from there: cost stays linear */
    for (size_t start = at; count < RUN_MAX;) {
        size_t next = syllable_after(run, start);
        if (next == start || byte_is_hangul(byte_at(run, next))) break;
        count++;
        common += is_common_syllable(run, start, next);
        end = next;
        if (!is_space(byte_at(run, next)) || is_space(byte_at(run, next + 1))) break;
        start = next + 1;
    }
    return count >= 3 && common * 2 < count ? end : 0;
}

/* "담당자 가", "실수 로": a particle set apart from a word of two syllables or more. */
static bool is_loose_particle(const struct squeezing *run, size_t space) {
    static const unsigned char particles[][3] = {
        { BYTE_L + 0, BYTE_V + 0, 0 }, /* 가 */
        { BYTE_L + 2, BYTE_V + 18, BYTE_T + 4 }, /* 는 */
        { BYTE_L + 11, BYTE_V + 18, BYTE_T + 4 }, /* 은 */
        { BYTE_L + 11, BYTE_V + 18, BYTE_T + 8 }, /* 을 */
        { BYTE_L + 5, BYTE_V + 18, BYTE_T + 8 }, /* 를 */
        { BYTE_L + 5, BYTE_V + 8, 0 }, /* 로 */
    };
    size_t word = syllable_before(run, space);
    if (word == space || syllable_before(run, word) == word) return false;
    size_t end = syllable_after(run, space + 1);
    if (!is_space(byte_at(run, end))) return false;
    for (size_t i = 0; i < sizeof particles / sizeof *particles; i++) {
        size_t len = particles[i][2] == 0 ? 2 : 3;
        if (end - space - 1 == len && memcmp(run->in->bytes + space + 1, particles[i], len) == 0) return true;
    }
    return false;
}

/* A line break inside a sentence: the line is long and open, and the next one goes on in lower case or Hangul. */
static bool is_soft_break(const struct squeezing *run, size_t at) {
    size_t next = at + 1;
    while (is_space(byte_at(run, next))) next++;
    unsigned char first = byte_at(run, next);
    unsigned char last = last_byte(run);
    if (last == ' ' && run->out->len > 1) last = run->out->bytes[run->out->len - 2];
    if (!byte_is_word(last) && last != ',' && last != ')') return false;
    bool lower = byte_is_latin(first) && at - run->line > 30;
    return lower || (byte_is_l(first) && byte_is_hangul(last) && at - run->line > 120);
}

static size_t squeeze_marked(struct squeezing *run, size_t at) {
    unsigned char mark = run->marks[at] & (MARK_MASKED | MARK_PERSON);
    size_t end = at;
    while (end < run->in->len && (run->marks[end] & (MARK_MASKED | MARK_PERSON)) == mark) {
        /* every line break survives, so that hidden blocks still end sentences */
        if (run->in->bytes[end] == '\n') break;
        end++;
    }
    if (end == at) {
        emit(run, '\n', at);
        return at + 1;
    }
    emit(run, mark & MARK_MASKED ? BYTE_MASKED : BYTE_PERSON, at);
    /* the byte stands for the whole stretch: its end must map to the last point */
    if (run->in->map[end - 1] != run->in->map[at]) {
        emit(run, mark & MARK_MASKED ? BYTE_MASKED : BYTE_PERSON, end - 1);
    }
    return end;
}

/* Where a list's star may stand. */
static bool at_line_start(const struct squeezing *run) {
    size_t at = run->out->len;
    while (at > 0 && is_space(run->out->bytes[at - 1])) at--;
    return at == 0 || run->out->bytes[at - 1] == '\n';
}

static size_t emit_without_spaces(struct squeezing *run, size_t at, size_t end) {
    for (; at < end; at++) {
        if (!is_space(run->in->bytes[at])) emit(run, run->in->bytes[at], at);
    }
    return end;
}

static size_t squeeze_gap(struct squeezing *run, size_t at) {
    if (run->in->bytes[at] == '\n') {
        emit(run, is_soft_break(run, at) ? ' ' : '\n', at);
        run->line = at + 1;
    } else if (last_byte(run) != ' ' && !is_loose_particle(run, at)) emit(run, ' ', at);
    return at + 1;
}

/* Words spelt out, in either script; 0 if none begins here. */
static size_t squeeze_spelt(struct squeezing *run, size_t at) {
    unsigned char byte = run->in->bytes[at];
    if (byte_is_l(byte) && !byte_is_hangul(last_byte(run))) {
        size_t end = spaced_out(run, at);
        return end > 0 ? emit_without_spaces(run, at, end) : 0;
    }
    size_t len = byte_is_latin(byte) ? spelt_out(run, at) : 0;
    for (size_t i = 0; i < len; i += 2) emit(run, run->in->bytes[at + i], at + i);
    return len > 0 ? at + len : 0;
}

static size_t squeeze_byte(struct squeezing *run, size_t at) {
    unsigned char byte = run->in->bytes[at];
    if (is_space(byte) || byte == '\n') return squeeze_gap(run, at);
    bool list_star = byte == '*' && is_space(byte_at(run, at + 1)) && at_line_start(run);
    if (byte == '*' && !list_star) return at + 1; /* emphasis */
    size_t end = squeeze_spelt(run, at);
    if (end > 0) return end;
    size_t drop = is_breaker(byte) ? breakers_inside_word(run, at) : 0;
    if (drop > 0) return at + drop;
    emit(run, byte, at);
    return at + 1;
}

void text_squeeze(struct arena *arena, const struct text *folded, const unsigned char *marks, struct text *out) {
    out->len = 0;
    out->bytes = arena_alloc(arena, folded->len + 2);
    out->map = ARENA_ARRAY(arena, folded->len + 2, uint32_t);
    struct squeezing run = { .in = folded, .marks = marks, .out = out, .arena = arena };
    size_t at = 0;
    while (at < folded->len) {
        if (marks[at] & (MARK_MASKED | MARK_PERSON)) at = squeeze_marked(&run, at);
        else at = squeeze_byte(&run, at);
    }
    out->bytes[out->len] = '\0';
}
