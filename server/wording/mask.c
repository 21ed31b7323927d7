/* Mask: what is not the author's own wording is hidden before any rule looks: code, log lines, URLs, block quotes,
 * lines of our templates, wording quoted as wording. Owner fields and table cells are marked, so that a name there
 * is a value and not a finding. Quotation marks alone hide nothing: scare quotes would be a way around. */
#include "wording/wording_internal.h"

#include "base/arena.h"

#include <string.h>

enum { CELL_MAX = 60, FIELD_MAX = 240 }; /* bytes of our alphabet */

struct line {
    size_t start, end; /* of the folded text, without the line break */
    size_t first; /* first byte that is no space */
};

static void mark(struct check *check, size_t start, size_t end, unsigned char mark_byte) {
    for (size_t i = start; i < end; i++) check->marks[i] |= mark_byte;
}

bool check_is_masked(const struct check *check, size_t at) {
    return check->marks[at] & MARK_MASKED;
}

static bool starts(const struct check *check, const struct line *line, const char *prefix) {
    size_t len = strlen(prefix);
    return line->end - line->first >= len && memcmp(check->folded.bytes + line->first, prefix, len) == 0;
}

static void mask_matches(struct check *check, const struct line *line, const struct codes *codes, unsigned char with) {
    const unsigned char *bytes = check->folded.bytes + line->start;
    size_t len = line->end - line->start;
    for (size_t i = 0; i < codes->count; i++) {
        struct range found;
        bool limit = false;
        for (size_t at = 0; code_find(check, &codes->list[i], bytes, len, at, &found, &limit);) {
            mark(check, line->start + found.start, line->start + found.end, with);
            at = found.end > found.start ? found.end : found.end + 1;
        }
    }
}

static void mask_inline_code(struct check *check, const struct line *line) {
    const unsigned char *bytes = check->folded.bytes;
    for (size_t at = line->start; at < line->end; at++) {
        if (bytes[at] != '`') continue;
        size_t ticks = 0;
        while (at + ticks < line->end && bytes[at + ticks] == '`') ticks++;
        size_t close = at + ticks;
        size_t run = 0;
        for (; close < line->end && run != ticks; close++) run = bytes[close] == '`' ? run + 1 : 0;
        if (run != ticks) return;
        mark(check, at, close, MARK_MASKED);
        at = close - 1;
    }
}

/* --- quotations --- */

static bool opens_quote(const struct check *check, const struct line *line, size_t at) {
    unsigned char byte = check->folded.bytes[at];
    if (byte == '"') return true;
    return byte == '\'' && (at == line->start || !byte_is_word(check->folded.bytes[at - 1]));
}

static size_t closing_quote(const struct check *check, const struct line *line, size_t open) {
    unsigned char quote = check->folded.bytes[open];
    for (size_t at = open + 2; at < line->end; at++) {
        if (check->folded.bytes[at] != quote) continue;
        unsigned char next = at + 1 < line->end ? check->folded.bytes[at + 1] : 0;
        if (quote == '\'' && (byte_is_latin(next) || (next >= '0' && next <= '9'))) continue; /* don't */
        return at;
    }
    return 0;
}

static bool has_cue_symbol(const struct check *check, const struct line *line) {
    for (size_t i = line->start; i < line->end; i++) {
        if (check->folded.bytes[i] != BYTE_SYMBOL) continue;
        uint32_t point = check->source.points[check->folded.map[i]];
        if (point == 0x274c || point == 0x2705 || point == 0x2192 || point == 0x21d2 || point == 0x2717 ||
            point == 0x2714 || point == 0x1f6ab || point == 0x1f44d || point == 0x1f44e || point == 0x2b55 ||
            point == 0x26d4) {
            return true;
        }
    }
    return false;
}

/* Hides quoted fragments when the rest of the line says that they are quoted as wording. */
static void mask_quotations(struct check *check, const struct line *line) {
    struct ranges quotes = { 0 };
    for (size_t at = line->start; at < line->end; at++) {
        if (!opens_quote(check, line, at) || check_is_masked(check, at)) continue;
        size_t close = closing_quote(check, line, at);
        if (close == 0) continue;
        ranges_add(check->arena, &quotes, at, close + 1);
        at = close;
    }
    if (quotes.count == 0) return;
    size_t len = line->end - line->start;
    unsigned char *rest = arena_alloc(check->arena, len + 1);
    memcpy(rest, check->folded.bytes + line->start, len);
    for (size_t i = 0; i < quotes.count; i++) {
        memset(rest + (quotes.list[i].start - line->start), BYTE_MASKED, quotes.list[i].end - quotes.list[i].start);
    }
    struct range found;
    if (!has_cue_symbol(check, line) && !codes_find(check, &check->rules->mask.cue, rest, len, &found)) return;
    for (size_t i = 0; i < quotes.count; i++) mark(check, quotes.list[i].start, quotes.list[i].end, MARK_MASKED);
}

/* "❌ wording" up to the next symbol or the line's end is a counter-example even without quotation marks. */
static void mask_crossed_out(struct check *check, const struct line *line) {
    bool crossed = false;
    for (size_t i = line->start; i < line->end; i++) {
        if (check->folded.bytes[i] == BYTE_SYMBOL) {
            uint32_t point = check->source.points[check->folded.map[i]];
            if (point == 0x274c || point == 0x1f6ab || point == 0x2717 || point == 0x1f44e || point == 0x26d4)
                crossed = true;
            else if (point == 0x2192 || point == 0x2705 || point == 0x21d2 || point == 0x2714 || point == 0x2b55)
                crossed = false;
        } else if (crossed) mark(check, i, i + 1, MARK_MASKED);
    }
}

/* --- owner fields --- */

static size_t field_end(const struct check *check, const struct line *line, size_t from) {
    size_t limit = from + FIELD_MAX < line->end ? from + FIELD_MAX : line->end;
    for (size_t at = from; at < limit; at++) {
        unsigned char byte = check->folded.bytes[at];
        if (byte == ')' || byte == '|' || byte == ';') return at;
        if (byte == '.' && (at + 1 == line->end || check->folded.bytes[at + 1] == ' ')) return at;
    }
    return limit;
}

static void mark_owner_fields(struct check *check, const struct line *line) {
    const struct codes *codes = &check->rules->mask.owner;
    const unsigned char *bytes = check->folded.bytes + line->start;
    size_t len = line->end - line->start;
    for (size_t i = 0; i < codes->count; i++) {
        struct range found;
        bool limit = false;
        for (size_t at = 0; code_find(check, &codes->list[i], bytes, len, at, &found, &limit);) {
            size_t value = line->start + found.end;
            mark(check, value, field_end(check, line, value), MARK_OWNER);
            at = found.end > found.start ? found.end : found.end + 1;
        }
    }
}

static void mark_cells(struct check *check, const struct line *line) {
    size_t cell = line->first + 1;
    for (size_t at = cell; at < line->end; at++) {
        if (check->folded.bytes[at] != '|') continue;
        if (at - cell <= CELL_MAX) mark(check, cell, at, MARK_OWNER);
        cell = at + 1;
    }
}

static void mask_line(struct check *check, const struct line *line) {
    if (line->first >= line->end) return;
    struct range whole;
    const unsigned char *bytes = check->folded.bytes + line->start;
    if (check->folded.bytes[line->first] == '>' ||
        codes_find(check, &check->rules->mask.template, bytes, line->end - line->start, &whole)) {
        mark(check, line->start, line->end, MARK_MASKED);
        return;
    }
    mask_inline_code(check, line);
    mask_matches(check, line, &check->rules->mask.hide, MARK_MASKED);
    mask_matches(check, line, &check->rules->mask.allow, MARK_MASKED);
    mask_crossed_out(check, line);
    mask_quotations(check, line);
    if (check->folded.bytes[line->first] == '|') mark_cells(check, line);
    mark_owner_fields(check, line);
}

static struct line next_line(const struct check *check, size_t start) {
    struct line line = { .start = start, .end = start };
    while (line.end < check->folded.len && check->folded.bytes[line.end] != '\n') line.end++;
    line.first = line.start;
    while (line.first < line.end && check->folded.bytes[line.first] == ' ') line.first++;
    return line;
}

void check_mask(struct check *check) {
    const char *fence = NULL;
    for (size_t at = 0; at < check->folded.len;) {
        struct line line = next_line(check, at);
        at = line.end + 1;
        const char *opens = starts(check, &line, "```") ? "```" : starts(check, &line, "~~~") ? "~~~" : NULL;
        if (fence != NULL || opens != NULL) mark(check, line.start, line.end, MARK_MASKED);
        else mask_line(check, &line);
        if (fence == NULL) fence = opens;
        else if (opens != NULL && strcmp(opens, fence) == 0) fence = NULL;
    }
}
