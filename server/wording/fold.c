/* Fold: makes every way of writing the same word the same bytes, keeping for each byte the code point it came from.
 * Dropped: default-ignorable characters and combining marks. Folded: case, width, styled and accented Latin letters,
 * words of Latin look-alikes, curly quotes. Hangul becomes jamo whether it came precomposed, decomposed,
 * half-width or typed jamo by jamo. Nothing here knows a word. */
#include "wording/wording_internal.h"

#include "base/arena.h"
#include "base/str.h"

#include <string.h>

void source_decode(struct arena *arena, const char *bytes, size_t size, struct source *out) {
    *out = (struct source){ .bytes = bytes, .size = size };
    out->points = ARENA_ARRAY(arena, size + 1, uint32_t);
    out->offsets = ARENA_ARRAY(arena, size + 1, uint32_t);
    size_t at = 0;
    while (at < size) {
        out->offsets[out->count] = (uint32_t)at;
        size_t step = utf8_next(bytes + at, size - at, &out->points[out->count]);
        if (step == 0) break;
        at += step;
        out->count++;
    }
    out->offsets[out->count] = (uint32_t)size;
}

static bool is_ignorable(uint32_t point) {
    static const uint32_t ranges[][2] = {
        { 0x00ad, 0x00ad }, { 0x0300, 0x036f }, { 0x061c, 0x061c }, { 0x115f, 0x1160 }, { 0x17b4, 0x17b5 },
        { 0x180b, 0x180f }, { 0x200b, 0x200f }, { 0x202a, 0x202e }, { 0x2060, 0x206f }, { 0x3164, 0x3164 },
        { 0xfe00, 0xfe0f }, { 0xfeff, 0xfeff }, { 0xffa0, 0xffa0 }, { 0xfff0, 0xfff8 }, { 0xe0000, 0xe0fff },
    };
    if (point < 0xad) return point < 0x20 && point != '\t' && point != '\n' && point != '\r';
    for (size_t i = 0; i < sizeof ranges / sizeof *ranges; i++) {
        if (point < ranges[i][0]) return false;
        if (point <= ranges[i][1]) return true;
    }
    return false;
}

/* --- Latin --- */

struct alike {
    uint32_t point;
    char letter;
};

/* Cyrillic, Greek and other letters that look like Latin ones. Sorted. A word made of nothing else is Latin. */
static const struct alike ALIKE[] = {
    { 0x0131, 'i' }, { 0x0251, 'a' }, { 0x0261, 'g' }, { 0x0391, 'a' }, { 0x0392, 'b' }, { 0x0395, 'e' },
    { 0x0396, 'z' }, { 0x0397, 'h' }, { 0x0399, 'i' }, { 0x039a, 'k' }, { 0x039c, 'm' }, { 0x039d, 'n' },
    { 0x039f, 'o' }, { 0x03a1, 'p' }, { 0x03a4, 't' }, { 0x03a5, 'y' }, { 0x03a7, 'x' }, { 0x03b1, 'a' },
    { 0x03b5, 'e' }, { 0x03b9, 'i' }, { 0x03ba, 'k' }, { 0x03bd, 'v' }, { 0x03bf, 'o' }, { 0x03c1, 'p' },
    { 0x03c4, 't' }, { 0x03c5, 'u' }, { 0x03c7, 'x' }, { 0x0405, 's' }, { 0x0406, 'i' }, { 0x0408, 'j' },
    { 0x0410, 'a' }, { 0x0412, 'b' }, { 0x0415, 'e' }, { 0x041a, 'k' }, { 0x041c, 'm' }, { 0x041d, 'h' },
    { 0x041e, 'o' }, { 0x0420, 'p' }, { 0x0421, 'c' }, { 0x0422, 't' }, { 0x0423, 'y' }, { 0x0425, 'x' },
    { 0x0430, 'a' }, { 0x0435, 'e' }, { 0x043a, 'k' }, { 0x043c, 'm' }, { 0x043d, 'h' }, { 0x043e, 'o' },
    { 0x0440, 'p' }, { 0x0441, 'c' }, { 0x0442, 't' }, { 0x0443, 'y' }, { 0x0445, 'x' }, { 0x0455, 's' },
    { 0x0456, 'i' }, { 0x0458, 'j' }, { 0x04bb, 'h' }, { 0x0501, 'd' }, { 0x051b, 'q' }, { 0x051d, 'w' },
};

static char look_alike(uint32_t point) {
    if (point < ALIKE[0].point || point > 0x051d) return 0;
    size_t low = 0;
    size_t high = sizeof ALIKE / sizeof *ALIKE;
    while (low < high) {
        size_t mid = (low + high) / 2;
        if (ALIKE[mid].point == point) return ALIKE[mid].letter;
        if (ALIKE[mid].point < point) low = mid + 1;
        else high = mid;
    }
    return 0;
}

/* ASCII for full-width, mathematical, circled and accented letters; 0 if it is none. */
static char plain_latin(uint32_t point) {
    static const char accented[] =
        "aaaaaaaceeeeiiiidnooooo*ouuuuypsaaaaaaaceeeeiiiidnooooo*ouuuuypy"; /* U+00C0..U+00FF */
    if (point < 0x80) return (char)(point >= 'A' && point <= 'Z' ? point + 32 : point);
    if (point >= 0xff01 && point <= 0xff5e) return plain_latin(point - 0xfee0);
    if (point >= 0xc0 && point <= 0xff) return accented[point - 0xc0];
    if (point >= 0x1d400 && point <= 0x1d6a3) return (char)('a' + (point - 0x1d400) % 52 % 26);
    if (point >= 0x24b6 && point <= 0x24e9) return (char)('a' + (point - 0x24b6) % 26);
    return 0;
}

/* Space and punctuation that have a plain form; 0 if none. */
static char plain_punctuation(uint32_t point) {
    if ((point >= 0x2000 && point <= 0x200a) || point == 0xa0 || point == 0x3000 || point == 0x202f ||
        point == 0x205f) {
        return ' ';
    }
    switch (point) {
    case '\t':
    case '\r': return ' ';
    case 0x2018:
    case 0x2019:
    case 0x201a:
    case 0x201b:
    case 0x02bc:
    case 0x2032:
    case 0xb4:
    case 0x300e:
    case 0x300f: return '\'';
    case 0x201c:
    case 0x201d:
    case 0x201e:
    case 0x201f:
    case 0x2033:
    case 0xab:
    case 0xbb:
    case 0x300c:
    case 0x300d: return '"';
    case 0x2010:
    case 0x2011:
    case 0x2012:
    case 0x2013:
    case 0x2014:
    case 0x2015:
    case 0x2212: return '-';
    case 0x2026:
    case 0x3002:
    case 0xff61: return '.';
    case 0x3001: return ',';
    case 0x2028:
    case 0x2029:
    case 0x85: return '\n';
    default: return 0;
    }
}

static unsigned char other_byte(uint32_t point) {
    if (point == 0xb7 || point == 0x2022 || point == 0x2027 || point == 0x2219 || point == 0x30fb || point == 0x318d ||
        point == 0x22c5 || point == 0xff65) {
        return BYTE_DOT;
    }
    if (point < 0x370 || (point >= 0x2000 && point < 0x2c00) || (point >= 0x3000 && point < 0x3040) ||
        point >= 0x1f000) {
        return BYTE_SYMBOL;
    }
    return BYTE_LETTER;
}

/* --- Hangul --- */

enum { COMPAT_FIRST = 0x3131, COMPAT_VOWEL = 0x314f, COMPAT_LAST = 0x3163 };
/* Index among leading and final consonants of U+3131…; -1 if it cannot stand there. */
static const signed char COMPAT_L[] = { 0,  1, -1, 2, -1, -1, 3,  4,  5,  -1, -1, -1, -1, -1, -1,
                                        -1, 6, 7,  8, -1, 9,  10, 11, 12, 13, 14, 15, 16, 17, 18 };
static const signed char COMPAT_T[] = { 1,  2,  3,  4,  5,  6,  7,  -1, 8,  9,  10, 11, 12, 13, 14,
                                        15, 16, 17, -1, 18, 19, 20, 21, 22, -1, 23, 24, 25, 26, 27 };

static uint32_t half_width_jamo(uint32_t point) {
    if (point >= 0xffa1 && point <= 0xffbe) return point - 0xffa1 + COMPAT_FIRST;
    if (point >= 0xffc2 && point <= 0xffc7) return point - 0xffc2 + 0x314f;
    if (point >= 0xffca && point <= 0xffcf) return point - 0xffca + 0x3155;
    if (point >= 0xffd2 && point <= 0xffd7) return point - 0xffd2 + 0x315b;
    if (point >= 0xffda && point <= 0xffdc) return point - 0xffda + 0x3161;
    return point;
}

struct folding {
    struct arena *arena;
    const struct source *source;
    struct text *out;
    bool typed; /* the last byte came from a jamo typed alone */
};

static void put(struct folding *folding, unsigned char byte, size_t from) {
    folding->out->bytes[folding->out->len] = byte;
    folding->out->map[folding->out->len] = (uint32_t)from;
    folding->out->len++;
}

/* The next point that counts, 0 at the end. */
static uint32_t peek(const struct folding *folding, size_t from) {
    for (size_t i = from + 1; i < folding->source->count; i++) {
        if (!is_ignorable(folding->source->points[i])) return half_width_jamo(folding->source->points[i]);
    }
    return 0;
}

static int joined_vowel(int first, int second) {
    static const signed char pairs[][3] = { { 8, 0, 9 },   { 8, 1, 10 },   { 8, 20, 11 }, { 13, 4, 14 },
                                            { 13, 5, 15 }, { 13, 20, 16 }, { 18, 20, 19 } };
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        if (pairs[i][0] == first && pairs[i][1] == second) return pairs[i][2];
    }
    return -1;
}

static int joined_final(int first, int second) {
    static const signed char pairs[][3] = { { 1, 19, 3 },  { 4, 22, 5 },  { 4, 27, 6 },  { 8, 1, 9 },
                                            { 8, 16, 10 }, { 8, 17, 11 }, { 8, 19, 12 }, { 8, 25, 13 },
                                            { 8, 26, 14 }, { 8, 27, 15 }, { 17, 19, 18 } };
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        if (pairs[i][0] == first && pairs[i][1] == second) return pairs[i][2];
    }
    return -1;
}

static bool is_compat_vowel(uint32_t point) {
    return point >= COMPAT_VOWEL && point <= COMPAT_LAST;
}

static bool is_hangul_point(uint32_t point) {
    return (point >= 0xac00 && point <= 0xd7a3) || (point >= COMPAT_FIRST && point <= COMPAT_LAST);
}

/* A consonant typed alone: final of the syllable before it unless a vowel follows (the two-set keyboard's rule). */
static void put_consonant(struct folding *folding, uint32_t point, size_t from) {
    struct text *out = folding->out;
    int final = COMPAT_T[point - COMPAT_FIRST];
    int lead = COMPAT_L[point - COMPAT_FIRST];
    uint32_t next = peek(folding, from);
    unsigned char last = out->len == 0 ? 0 : out->bytes[out->len - 1];
    if (!is_compat_vowel(next) && final > 0) {
        /* after a finished syllable only inside a word: ㅋㅋ after 확인은 laughter, not a final */
        bool inside = folding->typed || (is_hangul_point(next) && next != point);
        if (byte_is_v(last) && inside) {
            put(folding, (unsigned char)(BYTE_T + final), from);
            return;
        }
        int joined = byte_is_t(last) && folding->typed ? joined_final(last - BYTE_T, final) : -1;
        if (joined > 0) {
            out->bytes[out->len - 1] = (unsigned char)(BYTE_T + joined);
            return;
        }
    }
    put(folding, lead < 0 ? BYTE_LETTER : (unsigned char)(BYTE_L + lead), from);
}

static void put_vowel(struct folding *folding, uint32_t point, size_t from) {
    struct text *out = folding->out;
    int vowel = (int)(point - COMPAT_VOWEL);
    unsigned char last = out->len == 0 ? 0 : out->bytes[out->len - 1];
    if (byte_is_l(last)) {
        put(folding, (unsigned char)(BYTE_V + vowel), from);
        return;
    }
    int joined = byte_is_v(last) && folding->typed ? joined_vowel(last - BYTE_V, vowel) : -1;
    if (joined > 0) out->bytes[out->len - 1] = (unsigned char)(BYTE_V + joined);
    else put(folding, BYTE_LETTER, from);
}

/* True if the point was Hangul and has been put. */
static bool put_hangul(struct folding *folding, uint32_t point, size_t from) {
    if (point >= 0xac00 && point <= 0xd7a3) {
        uint32_t index = point - 0xac00;
        put(folding, (unsigned char)(BYTE_L + index / 588), from);
        put(folding, (unsigned char)(BYTE_V + index % 588 / 28), from);
        if (index % 28 != 0) put(folding, (unsigned char)(BYTE_T + index % 28), from);
        folding->typed = false;
        return true;
    }
    point = half_width_jamo(point);
    if (point >= COMPAT_FIRST && point <= COMPAT_LAST) {
        if (is_compat_vowel(point)) put_vowel(folding, point, from);
        else put_consonant(folding, point, from);
        folding->typed = true;
        return true;
    }
    unsigned char byte = 0;
    if (point >= 0x1100 && point < 0x1100 + JAMO_L) byte = (unsigned char)(BYTE_L + point - 0x1100);
    else if (point >= 0x1161 && point < 0x1161 + JAMO_V) byte = (unsigned char)(BYTE_V + point - 0x1161);
    else if (point > 0x11a7 && point <= 0x11a7 + JAMO_T) byte = (unsigned char)(BYTE_T + point - 0x11a7);
    if (byte == 0) return false;
    put(folding, byte, from);
    folding->typed = false;
    return true;
}

static bool is_other_alphabet(uint32_t point) {
    return point >= 0x370 && point <= 0x52f;
}

/* Looks along a word in one direction: true at its end, false at a letter that is Cyrillic or Greek and nothing else.
 */
static bool only_look_alikes(const struct source *source, size_t at, int step) {
    for (int i = 0; i < 32; i++) {
        at += (size_t)step; /* wraps below 0, which ends the word */
        if (at >= source->count) return true;
        uint32_t point = source->points[at];
        if (is_ignorable(point) || look_alike(point) != 0 || byte_is_latin((unsigned char)plain_latin(point))) continue;
        return !is_other_alphabet(point);
    }
    return false;
}

static void fold_point(struct folding *folding, size_t at) {
    uint32_t point = folding->source->points[at];
    if (is_ignorable(point)) return;
    char punctuation = plain_punctuation(point);
    if (punctuation != 0) {
        put(folding, (unsigned char)punctuation, at);
        return;
    }
    char latin = plain_latin(point);
    if (latin != 0) {
        put(folding, (unsigned char)latin, at);
        return;
    }
    if (put_hangul(folding, point, at)) return;
    char alike = look_alike(point);
    bool folds = alike != 0 && only_look_alikes(folding->source, at, 1) && only_look_alikes(folding->source, at, -1);
    if (folds) put(folding, (unsigned char)alike, at);
    else put(folding, other_byte(point), at);
}

void text_fold(struct arena *arena, const struct source *source, struct text *out) {
    out->len = 0;
    out->bytes = arena_alloc(arena, source->count * 3 + 1);
    out->map = ARENA_ARRAY(arena, source->count * 3 + 1, uint32_t);
    struct folding folding = { arena, source, out, false };
    for (size_t i = 0; i < source->count; i++) fold_point(&folding, i);
    out->bytes[out->len] = '\0';
}

void text_fold_word(struct arena *arena, const char *word, struct text *out) {
    struct source source;
    source_decode(arena, word, strlen(word), &source);
    text_fold(arena, &source, out);
}
