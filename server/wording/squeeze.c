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

/* True if the syllable just written stands alone before the breaker ("실-수", "실.수"), not at a sentence's end. */
static bool single_syllable_before(const struct squeezing *run) {
    size_t at = run->out->len;
    if (at > 0 && byte_is_t(run->out->bytes[at - 1])) at--;
    if (at < 2) return false;
    at -= 2;
    return at == 0 || !byte_is_hangul(run->out->bytes[at - 1]);
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
        return has_dot && !single_syllable_before(run) ? 0 : len;
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

static size_t squeeze_byte(struct squeezing *run, size_t at) {
    unsigned char byte = run->in->bytes[at];
    if (is_space(byte)) {
        if (last_byte(run) != ' ') emit(run, ' ', at);
        return at + 1;
    }
    if (byte == '\n') {
        emit(run, is_soft_break(run, at) ? ' ' : '\n', at);
        run->line = at + 1;
        return at + 1;
    }
    if (byte == '*' && !is_space(byte_at(run, at + 1))) return at + 1; /* emphasis */
    if (is_breaker(byte)) {
        size_t drop = breakers_inside_word(run, at);
        if (drop > 0) return at + drop;
    }
    if (byte_is_latin(byte)) {
        size_t len = spelt_out(run, at);
        for (size_t i = 0; i < len; i += 2) emit(run, run->in->bytes[at + i], at + i);
        if (len > 0) return at + len;
    }
    emit(run, byte, at);
    return at + 1;
}

void text_squeeze(struct arena *arena, const struct text *folded, const unsigned char *marks, struct text *out) {
    out->len = 0;
    out->bytes = arena_alloc(arena, folded->len + 2);
    out->map = ARENA_ARRAY(arena, folded->len + 2, uint32_t);
    struct squeezing run = { folded, marks, out, 0 };
    size_t at = 0;
    while (at < folded->len) {
        if (marks[at] & (MARK_MASKED | MARK_PERSON)) at = squeeze_marked(&run, at);
        else at = squeeze_byte(&run, at);
    }
    out->bytes[out->len] = '\0';
}
