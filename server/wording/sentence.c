/* Sentences of a squeezed text: cut at line ends, at . ! ? before a space or the end of a quotation, and after list
 * marks. Very long stretches are cut at a space, so that nothing a caller sends makes one sentence expensive. */
#include "wording/wording_internal.h"

#include "base/arena.h"

#include <string.h>

enum { SENTENCE_MAX = 1200 }; /* bytes of our alphabet: about 500 Korean syllables */

void ranges_add(struct arena *arena, struct ranges *ranges, size_t start, size_t end) {
    if (ranges->count == ranges->size) {
        size_t size = ranges->size == 0 ? 32 : ranges->size * 2;
        struct range *list = ARENA_ARRAY(arena, size, struct range);
        if (ranges->count > 0) memcpy(list, ranges->list, ranges->count * sizeof *list);
        ranges->list = list;
        ranges->size = size;
    }
    ranges->list[ranges->count++] = (struct range){ start, end };
}

static bool is_closer(unsigned char byte) {
    return byte == '"' || byte == '\'' || byte == ')' || byte == ']';
}

/* "e.g. ", "vs. ", "No. ": a dot that ends no sentence. */
static bool is_abbreviation(const struct text *text, size_t dot) {
    static const char *const words[] = { "e.g", "eg",  "i.e", "ie",  "vs",  "etc", "approx", "no", "mr",
                                         "ms",  "mrs", "dr",  "fig", "sec", "inc", "ltd",    "cf" };
    size_t start = dot;
    while (start > 0 && (byte_is_latin(text->bytes[start - 1]) || text->bytes[start - 1] == '.')) start--;
    size_t len = dot - start;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (strlen(words[i]) == len && memcmp(words[i], text->bytes + start, len) == 0) return true;
    }
    return false;
}

/* "1." and "2)" at the start of a line number a list. */
static bool is_list_number(const struct text *text, size_t start, size_t dot) {
    if (dot == start || dot - start > 3) return false;
    for (size_t i = start; i < dot; i++) {
        if (text->bytes[i] < '0' || text->bytes[i] > '9') return false;
    }
    return true;
}

static bool is_end_mark(unsigned char byte) {
    return byte == '.' || byte == '!' || byte == '?';
}

static bool ends_sentence(const struct text *text, size_t start, size_t at) {
    unsigned char byte = text->bytes[at];
    if (!is_end_mark(byte)) return false;
    size_t next = at + 1;
    while (next < text->len && is_closer(text->bytes[next])) next++;
    unsigned char after = next < text->len ? text->bytes[next] : '\n';
    if (is_end_mark(after)) return false;
    if (byte == '.' && (is_list_number(text, start, at) || is_abbreviation(text, at))) return false;
    if (after == ' ' || after == '\n') return true;
    /* "확인했습니다.다음" without a space; numbers and file names have no Hangul on both sides */
    return at > start && byte_is_hangul(text->bytes[at - 1]) && byte_is_l(after);
}

void text_sentences(struct arena *arena, const struct text *text, struct ranges *out) {
    *out = (struct ranges){ 0 };
    size_t start = 0;
    size_t space = 0;
    for (size_t at = 0; at < text->len; at++) {
        unsigned char byte = text->bytes[at];
        if (at == start && (byte == ' ' || byte == '\n')) {
            start = at + 1;
            continue;
        }
        if (byte == ' ') space = at;
        size_t end = 0;
        if (byte == '\n') end = at;
        else if (ends_sentence(text, start, at)) {
            end = at + 1;
            while (end < text->len && is_closer(text->bytes[end])) end++;
        } else if (at - start >= SENTENCE_MAX) end = space > start ? space : at;
        if (end == 0) continue;
        ranges_add(arena, out, start, end);
        start = end;
        at = end > at ? end - 1 : at;
    }
    if (start < text->len) ranges_add(arena, out, start, text->len);
}
