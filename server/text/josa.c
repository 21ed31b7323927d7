/* Korean particles: see josa.h. The last spoken sound decides, so everything that is not spoken is dropped from
 * the end first: blanks, quotes, closing punctuation, emoji, and a bracketed remark after a word (결제(PG) is read
 * 결제). What is left is a Hangul syllable, a digit, a symbol with a name, Latin letters (josa_latin.c) or a common
 * Chinese character. Where nothing can be read both forms are written: 을(를). */
#include "text/josa.h"

#include "base/str.h"
#include "text/josa_internal.h"

#include <string.h>
#include <unicode/unorm2.h>

enum { TAIL_BYTES = 600, TAIL_POINTS = 800 };

struct pair {
    const char *consonant, *vowel, *both;
    bool rieul_as_vowel; /* 으로/로: ㄹ counts as no consonant */
};

static const struct pair PAIRS[] = {
    { "은", "는", "은(는)", false },
    { "이", "가", "이(가)", false },
    { "을", "를", "을(를)", false },
    { "과", "와", "과(와)", false },
    { "아", "야", "아(야)", false },
    { "이여", "여", "(이)여", false },
    { "이야", "야", "(이)야", false },
    { "으로", "로", "(으)로", true },
    { "으로서", "로서", "(으)로서", true },
    { "으로써", "로써", "(으)로써", true },
    { "으로부터", "로부터", "(으)로부터", true },
    { "으로는", "로는", "(으)로는", true },
    { "으로도", "로도", "(으)로도", true },
    { "으로만", "로만", "(으)로만", true },
    { "으로의", "로의", "(으)로의", true },
    { "이나", "나", "(이)나", false },
    { "이나마", "나마", "(이)나마", false },
    { "이랑", "랑", "(이)랑", false },
    { "이라", "라", "(이)라", false },
    { "이라고", "라고", "(이)라고", false },
    { "이라는", "라는", "(이)라는", false },
    { "이라도", "라도", "(이)라도", false },
    { "이라서", "라서", "(이)라서", false },
    { "이라면", "라면", "(이)라면", false },
    { "이란", "란", "(이)란", false },
    { "이며", "며", "(이)며", false },
    { "이고", "고", "(이)고", false },
    { "이면", "면", "(이)면", false },
    { "이든", "든", "(이)든", false },
    { "이든지", "든지", "(이)든지", false },
    { "이거나", "거나", "(이)거나", false },
    { "이지만", "지만", "(이)지만", false },
    { "이니", "니", "(이)니", false },
    { "이므로", "므로", "(이)므로", false },
    { "이자", "자", "(이)자", false },
    { "이다", "다", "(이)다", false },
    { "이요", "요", "(이)요", false },
    { "이어서", "여서", "이어서(여서)", false },
    { "이었다", "였다", "이었다(였다)", false },
    { "이었습니다", "였습니다", "이었습니다(였습니다)", false },
    { "이에요", "예요", "이에요(예요)", false },
    { "이시여", "시여", "(이)시여", false },
    { "이야말로", "야말로", "(이)야말로", false },
    { "이나요", "나요", "(이)나요", false },
    { "이네요", "네요", "(이)네요", false },
    { "이죠", "죠", "(이)죠", false },
};

/* Does `text` spell first + between + second (+ after)? */
static bool spells(const char *text, const char *first, const char *between, const char *second, const char *after) {
    const char *parts[] = { first, between, second, after };
    for (size_t i = 0; i < 4; i++) {
        if (!str_starts(text, parts[i])) return false;
        text += strlen(parts[i]);
    }
    return *text == '\0';
}

static const struct pair *pair_find(const char *text) {
    for (size_t i = 0; i < sizeof PAIRS / sizeof *PAIRS; i++) {
        const struct pair *pair = &PAIRS[i];
        if (spells(text, pair->consonant, "/", pair->vowel, "") ||
            spells(text, pair->vowel, "/", pair->consonant, "") ||
            spells(text, pair->consonant, "(", pair->vowel, ")") ||
            spells(text, pair->vowel, "(", pair->consonant, ")") || str_eq(text, pair->both))
            return pair;
    }
    return NULL;
}

/* The last part of a word as code points, NFKC: full width, units in one sign and circled digits become plain. */
struct tail {
    uint32_t points[TAIL_POINTS];
    size_t count;
};

/* Signs whose plain form would be read differently: ½ is 이분의 일, ™ is not read at all. */
static uint32_t plain_sign(uint32_t point) {
    switch (point) {
    case 0xbc:
    case 0xbd: return '1';
    case 0xbe: return '3';
    case 0x2120:
    case 0x2122: return ' ';
    default: return point;
    }
}

static size_t widen(const char *word, UChar *out) {
    size_t len = strlen(word);
    size_t from = 0;
    if (len > TAIL_BYTES) {
        from = len - TAIL_BYTES;
        while (((unsigned char)word[from] & 0xc0) == 0x80) from++;
    }
    size_t count = 0;
    while (from < len) {
        uint32_t point;
        size_t step = utf8_next(word + from, len - from, &point);
        if (step == 0) break; /* not UTF-8: read what came before */
        from += step;
        point = plain_sign(point);
        if (point < 0x10000) {
            out[count++] = (UChar)point;
        } else {
            out[count++] = (UChar)(0xd7c0 + (point >> 10));
            out[count++] = (UChar)(0xdc00 + (point & 0x3ff));
        }
    }
    return count;
}

static void tail_read(struct tail *tail, const char *word) {
    UChar wide[TAIL_BYTES + 1];
    UChar plain[TAIL_POINTS];
    int32_t count = (int32_t)widen(word, wide);
    const UChar *units = wide;
    UErrorCode status = U_ZERO_ERROR;
    const UNormalizer2 *nfkc = unorm2_getNFKCInstance(&status);
    int32_t changed = unorm2_normalize(nfkc, wide, count, plain, TAIL_POINTS, &status);
    if (U_SUCCESS(status) && changed <= TAIL_POINTS) {
        units = plain;
        count = changed;
    }
    tail->count = 0;
    for (int32_t i = 0; i < count; i++) {
        uint32_t point = units[i];
        if (U16_IS_LEAD(units[i]) && i + 1 < count)
            point = (uint32_t)U16_GET_SUPPLEMENTARY(units[i], units[i + 1]), i++;
        tail->points[tail->count++] = point;
    }
}

static bool among(uint32_t point, const char *set) {
    size_t len = strlen(set);
    for (size_t i = 0, step; i < len; i += step) {
        uint32_t member;
        step = utf8_next(set + i, len - i, &member);
        if (step == 0) return false;
        if (member == point) return true;
    }
    return false;
}

struct span {
    uint32_t first, last;
};

static bool in_spans(uint32_t point, const struct span *spans, size_t count) {
    for (size_t i = 0; i < count; i++) {
        if (point >= spans[i].first && point <= spans[i].last) return true;
    }
    return false;
}

/* Not spoken at the end of a word. */
static bool is_silent(uint32_t point) {
    static const struct span SILENT[] = {
        { 0, ' ' },           { 0x7f, 0xa0 },     { 0x0300, 0x036f }, /* accents that stand alone */
        { 0x2000, 0x2015 },   { 0x2028, 0x202f }, { 0x2060, 0x2060 }, { 0x20e3, 0x20e3 }, /* keycap */
        { 0x2190, 0x21ff },   { 0x2300, 0x23ff }, { 0x25a0, 0x27bf }, { 0x2b00, 0x2bff }, /* arrows, signs */
        { 0x3000, 0x3000 },   { 0xfe00, 0xfe0f }, { 0xfeff, 0xfeff }, { 0x1f000, 0x1faff }, /* emoji */
        { 0xe0020, 0xe007f },
    };
    return in_spans(point, SILENT, sizeof SILENT / sizeof *SILENT) ||
           among(point, "'\"`*_.,!?:;~-/|<>{}[]()«»‘’“”„‹›〈〉《》「」『』【】〔〕、。·•…※´^\\=™®©℠〜¶§†‡");
}

static uint32_t opener_of(uint32_t point) {
    switch (point) {
    case ')': return '(';
    case ']': return '[';
    case 0x3015: return 0x3014; /* 〔〕 */
    default: return 0;
    }
}

/* Index of the bracket that opens the group ending at `last`, or SIZE_MAX. */
static size_t group_start(const struct tail *tail, size_t last) {
    uint32_t close = tail->points[last];
    uint32_t open = opener_of(close);
    int depth = 0;
    for (size_t i = last + 1; i-- > 0;) {
        if (tail->points[i] == close) depth++;
        if (tail->points[i] == open && --depth == 0) return i;
    }
    return SIZE_MAX;
}

static bool has_spoken(const struct tail *tail, size_t count) {
    for (size_t i = 0; i < count; i++) {
        if (!is_silent(tail->points[i])) return true;
    }
    return false;
}

/* (주) and (유) after a name stand for 주식회사, 유한회사 and are read. */
static bool is_company_mark(const struct tail *tail, size_t open, size_t close) {
    return close == open + 2 && tail->points[open] == '(' &&
           (tail->points[open + 1] == 0xc8fc || tail->points[open + 1] == 0xc720);
}

static void trim(struct tail *tail) {
    while (tail->count > 0) {
        size_t last = tail->count - 1;
        uint32_t point = tail->points[last];
        size_t open = opener_of(point) != 0 ? group_start(tail, last) : SIZE_MAX;
        if (open != SIZE_MAX && is_company_mark(tail, open, last)) {
            tail->points[open] = 0xc0ac; /* 사 */
            tail->count = open + 1;
        } else if (open != SIZE_MAX && has_spoken(tail, open)) {
            tail->count = open;
        } else if (is_silent(point)) {
            tail->count--;
        } else {
            return;
        }
    }
}

static bool is_digit(uint32_t point) {
    return point >= '0' && point <= '9';
}

/* Latin letter without its accent, or 0. */
static char plain_letter(uint32_t point) {
    if ((point >= 'a' && point <= 'z') || (point >= 'A' && point <= 'Z')) return (char)point;
    if (point < 0xc0 || point > 0x24f) return 0;
    UChar out[4];
    UErrorCode status = U_ZERO_ERROR;
    const UNormalizer2 *nfd = unorm2_getNFDInstance(&status);
    if (unorm2_getDecomposition(nfd, (UChar32)point, out, 4, &status) <= 0 || U_FAILURE(status)) return 0;
    return out[0] < 0x80 ? (char)out[0] : 0;
}

/* S3 and MP3 are read 쓰리 by everybody. */
static bool is_english_three(const struct tail *tail) {
    static const char *const NAMES[] = { "S3", "MP3", "Web3" };
    for (size_t i = 0; i < sizeof NAMES / sizeof *NAMES; i++) {
        size_t len = strlen(NAMES[i]);
        if (tail->count < len || (tail->count > len && plain_letter(tail->points[tail->count - len - 1]) != 0))
            continue;
        size_t same = 0;
        while (same < len && tail->points[tail->count - len + same] == (uint32_t)NAMES[i][same]) same++;
        if (same == len) return true;
    }
    return false;
}

static enum sound zeros_sound(const struct tail *tail) {
    size_t zeros = 0;
    size_t i = tail->count;
    for (; i > 0; i--) {
        bool comma = tail->points[i - 1] == ',' && i > 1 && is_digit(tail->points[i - 2]);
        if (tail->points[i - 1] != '0' && !comma) break;
        if (!comma) zeros++;
    }
    bool whole = i > 0 && is_digit(tail->points[i - 1]);
    bool vowel_unit = (zeros >= 12 && zeros < 16) || (zeros >= 20 && zeros < 24);
    return whole && vowel_unit ? SOUND_VOWEL : SOUND_CONSONANT;
}

/* Digits are read in Sino-Korean. Zeros at the end of a whole number give its unit: 십, 백, 천, 만, 억 end in a
 * consonant, 조 and 해 do not; otherwise a last zero is 영 (or 공), a consonant too. */
static enum sound digit_sound(const struct tail *tail) {
    static const enum sound LAST[] = { SOUND_CONSONANT, SOUND_RIEUL,     SOUND_VOWEL, SOUND_CONSONANT, SOUND_VOWEL,
                                       SOUND_VOWEL,     SOUND_CONSONANT, SOUND_RIEUL, SOUND_RIEUL,     SOUND_VOWEL };
    uint32_t last = tail->points[tail->count - 1] - '0';
    if (last == 3 && is_english_three(tail)) return SOUND_VOWEL;
    return last != 0 ? LAST[last] : zeros_sound(tail);
}

static enum sound symbol_sound(uint32_t point) {
    if (among(point, "%℃℉°$€£¢&+@×₫")) return SOUND_VOWEL; /* 퍼센트, 도, 달러, 유로 */
    if (among(point, "#₩¥")) return SOUND_CONSONANT; /* 샵, 원, 엔 */
    if (point == 0x2030) return SOUND_RIEUL; /* ‰ 퍼밀 */
    return SOUND_NONE;
}

static enum sound greek_sound(uint32_t point) {
    return among(point, "εΕοΟυΥ") ? SOUND_CONSONANT : SOUND_VOWEL; /* 엡실론, 오미크론, 입실론 */
}

static enum sound hangul_sound(uint32_t point) {
    if (point >= 0xac00 && point <= 0xd7a3) {
        uint32_t coda = (point - 0xac00) % 28;
        return coda == 0 ? SOUND_VOWEL : coda == 8 ? SOUND_RIEUL : SOUND_CONSONANT;
    }
    if (point >= 0x1100 && point <= 0x115f) return point == 0x1105 ? SOUND_RIEUL : SOUND_CONSONANT; /* 기역, 리을 */
    if (point >= 0x1160 && point <= 0x11a7) return SOUND_VOWEL;
    if (point >= 0x11a8 && point <= 0x11ff) return point == 0x11af ? SOUND_RIEUL : SOUND_CONSONANT;
    return SOUND_NONE;
}

static enum sound letters_sound(const struct tail *tail) {
    char letters[64];
    size_t start = tail->count;
    while (start > 0 && tail->count - start < sizeof letters && plain_letter(tail->points[start - 1]) != 0) start--;
    size_t len = tail->count - start;
    for (size_t i = 0; i < len; i++) letters[i] = plain_letter(tail->points[start + i]);
    size_t before = start;
    if (before > 1 && tail->points[before - 1] == ' ') before--;
    return josa_latin_sound(letters, len, before > 0 && is_digit(tail->points[before - 1]));
}

static enum sound last_sound(const char *word) {
    struct tail tail;
    tail_read(&tail, word);
    trim(&tail);
    if (tail.count == 0) return SOUND_NONE;
    uint32_t last = tail.points[tail.count - 1];
    if (is_digit(last)) return digit_sound(&tail);
    if (plain_letter(last) != 0) return letters_sound(&tail);
    if (last >= 0x370 && last <= 0x3ff) return greek_sound(last);
    if (last >= 0x3041 && last <= 0x30ff) return last == 0x3093 || last == 0x30f3 ? SOUND_CONSONANT : SOUND_VOWEL;
    if (last >= 0x4e00 && last <= 0x9fff) return josa_hanja_sound(last);
    enum sound sound = hangul_sound(last);
    return sound != SOUND_NONE ? sound : symbol_sound(last);
}

const char *josa_after(const char *word, const char *pair_text) {
    const struct pair *pair = pair_find(pair_text);
    if (pair == NULL) return NULL;
    switch (last_sound(word)) {
    case SOUND_VOWEL: return pair->vowel;
    case SOUND_RIEUL: return pair->rieul_as_vowel ? pair->vowel : pair->consonant;
    case SOUND_CONSONANT: return pair->consonant;
    case SOUND_NONE: break;
    }
    return pair->both;
}
