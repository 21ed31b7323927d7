/* Diff: see diff.h. Pieces are compared by length and bytes; the equal beginning and end are set aside first. */
#include "text/diff.h"

#include "base/arena.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

struct piece {
    const char *text;
    size_t len;
};

struct pieces {
    struct piece *list;
    size_t count;
};

struct output {
    struct arena *arena;
    struct diff_part *parts;
    size_t count, size;
};

static size_t line_length(const char *text) {
    size_t len = strcspn(text, "\n");
    return text[len] == '\n' ? len + 1 : len;
}

/* A run of blanks, of letters and digits (anything beyond ASCII counts as a letter), or one sign. */
static size_t word_length(const char *text) {
    size_t len = 0;
    unsigned char first = (unsigned char)*text;
    if (isspace(first)) {
        while (isspace((unsigned char)text[len])) len++;
        return len;
    }
    while ((unsigned char)text[len] >= 0x80 || isalnum((unsigned char)text[len])) len++;
    return len > 0 ? len : 1;
}

static struct pieces cut(struct arena *arena, const char *text, size_t (*length)(const char *)) {
    struct pieces pieces = { 0 };
    for (const char *at = text; *at != '\0'; at += length(at)) pieces.count++;
    pieces.list = ARENA_ARRAY(arena, pieces.count + 1, struct piece);
    size_t i = 0;
    for (const char *at = text; *at != '\0'; at += pieces.list[i - 1].len) {
        pieces.list[i].text = at;
        pieces.list[i].len = length(at);
        i++;
    }
    return pieces;
}

static bool same(const struct piece *a, const struct piece *b) {
    return a->len == b->len && memcmp(a->text, b->text, a->len) == 0;
}

/* Pieces of one side lie next to each other in memory, so joining is lengthening. */
static void part_add(struct output *out, enum diff_kind kind, const struct piece *piece, size_t count) {
    if (count == 0) return;
    size_t len = (size_t)(piece[count - 1].text + piece[count - 1].len - piece->text);
    struct diff_part *last = out->count > 0 ? &out->parts[out->count - 1] : NULL;
    if (last != NULL && last->kind == kind) {
        last->text = arena_printf(out->arena, "%s%.*s", last->text, (int)len, piece->text);
        return;
    }
    if (out->count == out->size) {
        size_t size = out->size * 2 + 16;
        struct diff_part *parts = ARENA_ARRAY(out->arena, size, struct diff_part);
        if (out->count > 0) memcpy(parts, out->parts, out->count * sizeof *parts);
        out->parts = parts;
        out->size = size;
    }
    out->parts[out->count++] = (struct diff_part){ kind, arena_strn(out->arena, piece->text, len) };
}

/* The furthest x on each diagonal for every number of changes: row d holds 2d + 1 cells. */
struct trace {
    long *rows[DIFF_CHANGES_MAX + 1];
    long changes; /* -1: too many */
};

static long start_x(const long *previous, long d, long k) {
    if (d == 0) return 0;
    /* row d-1 covers diagonals -(d-1) … d-1 in steps of 2, cell (k + d - 1) */
    bool down = k == -d || (k != d && previous[k - 1 + d - 1] < previous[k + 1 + d - 1]);
    return down ? previous[k + 1 + d - 1] : previous[k - 1 + d - 1] + 1;
}

static void search(struct arena *arena, struct pieces a, struct pieces b, struct trace *trace) {
    long n = (long)a.count;
    long m = (long)b.count;
    trace->changes = -1;
    for (long d = 0; d <= DIFF_CHANGES_MAX && d <= n + m; d++) {
        long *row = ARENA_ARRAY(arena, (size_t)(2 * d + 1), long);
        trace->rows[d] = row;
        for (long k = -d; k <= d; k += 2) {
            long x = start_x(d > 0 ? trace->rows[d - 1] : NULL, d, k);
            while (x < n && x - k < m && same(&a.list[x], &b.list[x - k])) x++;
            row[k + d] = x;
            if (x < n || x - k < m) continue;
            trace->changes = d;
            return;
        }
    }
}

static bool goes_down(const struct trace *trace, long d, long k) {
    const long *previous = trace->rows[d - 1];
    return k == -d || (k != d && previous[k - 1 + d - 1] < previous[k + 1 + d - 1]);
}

/* Walks the trace backwards, noting what each step did: =, - or +, last step first. */
static size_t steps_back(char *steps, long x, long y, const struct trace *trace) {
    size_t count = 0;
    for (long d = trace->changes; d >= 0; d--) {
        long from = start_x(d > 0 ? trace->rows[d - 1] : NULL, d, x - y);
        bool down = d > 0 && goes_down(trace, d, x - y);
        for (; x > from; x--, y--) steps[count++] = '=';
        if (d == 0) break;
        steps[count++] = down ? '+' : '-';
        if (down) y--;
        else x--;
    }
    return count;
}

/* A run of equal steps becomes one part. */
static void write_changes(struct output *out, struct pieces a, struct pieces b, const struct trace *trace) {
    char *steps = arena_alloc(out->arena, a.count + b.count + 1);
    size_t count = steps_back(steps, (long)a.count, (long)b.count, trace);
    size_t at_a = 0;
    size_t at_b = 0;
    while (count > 0) {
        char step = steps[count - 1];
        size_t run = 0;
        for (; count > 0 && steps[count - 1] == step; count--) run++;
        if (step == '+') part_add(out, DIFF_ADDED, &b.list[at_b], run);
        else part_add(out, step == '=' ? DIFF_SAME : DIFF_REMOVED, &a.list[at_a], run);
        if (step != '+') at_a += run;
        if (step != '-') at_b += run;
    }
}

static size_t compare(struct arena *arena, struct pieces a, struct pieces b, struct diff_part **parts) {
    struct output out = { .arena = arena };
    size_t head = 0;
    while (head < a.count && head < b.count && same(&a.list[head], &b.list[head])) head++;
    size_t tail = 0;
    while (tail < a.count - head && tail < b.count - head &&
           same(&a.list[a.count - 1 - tail], &b.list[b.count - 1 - tail]))
        tail++;
    struct pieces a_middle = { a.list + head, a.count - head - tail };
    struct pieces b_middle = { b.list + head, b.count - head - tail };
    part_add(&out, DIFF_SAME, a.list, head);
    struct trace *trace = ARENA_NEW(arena, struct trace);
    search(arena, a_middle, b_middle, trace);
    if (trace->changes >= 0) {
        write_changes(&out, a_middle, b_middle, trace);
    } else {
        part_add(&out, DIFF_REMOVED, a_middle.list, a_middle.count);
        part_add(&out, DIFF_ADDED, b_middle.list, b_middle.count);
    }
    part_add(&out, DIFF_SAME, a.list + a.count - tail, tail);
    *parts = out.parts;
    return out.count;
}

size_t diff_lines(struct arena *arena, const char *before, const char *after, struct diff_part **parts) {
    return compare(arena, cut(arena, before, line_length), cut(arena, after, line_length), parts);
}

size_t diff_words(struct arena *arena, const char *before, const char *after, struct diff_part **parts) {
    return compare(arena, cut(arena, before, word_length), cut(arena, after, word_length), parts);
}
