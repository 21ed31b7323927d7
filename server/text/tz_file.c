/* TZif, RFC 8536: version 2 or later, 64-bit block, footer. Files with leap seconds ("right/…") are refused: their
 * instants are not POSIX time. Transitions that do not change the offset are left out of the table. */
#include "text/tz_internal.h"

#include "base/arena.h"

#include <string.h>

enum { HEADER_SIZE = 44, FOOTER_MAX = 128, RULE_YEARS = 403 };

struct header {
    uint32_t ut_marks, standard_marks, leaps, times, types, letters;
};

static uint32_t read_u32(const unsigned char *at) {
    return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

static int64_t read_i64(const unsigned char *at) {
    return (int64_t)((uint64_t)read_u32(at) << 32 | read_u32(at + 4));
}

static bool read_header(const unsigned char *bytes, size_t size, struct header *out) {
    if (size < HEADER_SIZE || memcmp(bytes, "TZif", 4) != 0 || bytes[4] < '2') return false;
    uint32_t counts[6];
    for (size_t i = 0; i < 6; i++) {
        counts[i] = read_u32(bytes + 20 + 4 * i);
        if (counts[i] > 100000) return false;
    }
    *out = (struct header){ counts[0], counts[1], counts[2], counts[3], counts[4], counts[5] };
    return out->types > 0;
}

static size_t block_size(const struct header *header, size_t time_size) {
    return header->times * (time_size + 1) + header->types * 6 + header->letters + header->leaps * (time_size + 4) +
           header->standard_marks + header->ut_marks;
}

static void add(struct tz *tz, int64_t start, int32_t offset) {
    struct tz_stretch *last = tz->count == 0 ? NULL : &tz->stretches[tz->count - 1];
    if (last != NULL && (last->offset == offset || start < last->start)) return;
    if (last != NULL && start == last->start) { /* an end and a beginning at the same instant: the later said wins */
        last->offset = offset;
        return;
    }
    tz->stretches[tz->count++] = (struct tz_stretch){ start, offset };
}

static bool read_block(const unsigned char *block, const struct header *header, struct tz *tz) {
    const unsigned char *kinds = block + header->times * 8;
    const unsigned char *types = kinds + header->times;
    add(tz, INT64_MIN, (int32_t)read_u32(types));
    for (uint32_t i = 0; i < header->times; i++) {
        int64_t at = read_i64(block + 8 * i);
        if (kinds[i] >= header->types || (i > 0 && at <= read_i64(block + 8 * (i - 1)))) return false;
        int32_t offset = (int32_t)read_u32(types + 6 * kinds[i]);
        if (offset < -26 * 3600 || offset > 26 * 3600) return false;
        add(tz, at, offset);
    }
    return true;
}

static bool read_footer(const unsigned char *bytes, size_t size, char out[FOOTER_MAX]) {
    if (size < 2 || bytes[0] != '\n') return false;
    const unsigned char *end = memchr(bytes + 1, '\n', size - 1);
    if (end == NULL || end - bytes - 1 >= FOOTER_MAX) return false;
    size_t len = (size_t)(end - bytes) - 1;
    memcpy(out, bytes + 1, len);
    out[len] = '\0';
    return true;
}

/* Writes the footer's rule out behind the file's last entry. */
static void extend(struct tz *tz, const struct tz_rule *rule, int64_t last) {
    struct civil civil;
    civil_from_seconds(last < 0 ? 0 : last, &civil);
    for (int64_t year = civil.year - 1; year < civil.year + RULE_YEARS; year++) {
        int64_t begins, ends;
        tz_rule_year(rule, year, &begins, &ends);
        bool summer_first = begins < ends;
        int64_t first = summer_first ? begins : ends;
        int64_t second = summer_first ? ends : begins;
        if (first > last) add(tz, first, summer_first ? rule->summer : rule->standard);
        if (second > last) add(tz, second, summer_first ? rule->standard : rule->summer);
    }
    tz->mapped_from = civil_days(civil.year + RULE_YEARS - 1, 1, 1) * 86400;
}

bool tz_file_parse(const unsigned char *bytes, size_t size, struct arena *arena, struct tz *out) {
    struct header header;
    if (!read_header(bytes, size, &header)) return false;
    size_t skip = HEADER_SIZE + block_size(&header, 4);
    if (skip > size || !read_header(bytes + skip, size - skip, &header) || header.leaps > 0) return false;
    const unsigned char *block = bytes + skip + HEADER_SIZE;
    size_t left = size - skip - HEADER_SIZE;
    size_t block_bytes = block_size(&header, 8);
    char footer[FOOTER_MAX];
    if (block_bytes > left || !read_footer(block + block_bytes, left - block_bytes, footer)) return false;

    struct tz tz = { .name = out->name, .next = out->next, .mapped_from = INT64_MAX };
    struct tz_rule rule = { 0 };
    if (footer[0] != '\0' && !tz_rule_parse(footer, &rule)) return false;
    tz.stretches =
        ARENA_ARRAY(arena, header.times + 2 + (rule.has_summer ? 2 * (RULE_YEARS + 1) : 0), struct tz_stretch);
    if (!read_block(block, &header, &tz)) return false;
    int64_t last = header.times == 0 ? INT64_MIN : read_i64(block + 8 * (size_t)(header.times - 1));
    if (rule.has_summer) extend(&tz, &rule, last);
    *out = tz;
    return true;
}
