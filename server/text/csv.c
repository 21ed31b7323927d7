/* See csv.h. */
#include "text/csv.h"

#include <string.h>

void csv_begin(struct buf *out) {
    buf_puts(out, "\xEF\xBB\xBF");
}

/* Numbers, also negative ones, are no formulas. */
static bool is_formula(const char *cell) {
    if (*cell == '\0' || strchr("=+-@\t\r", *cell) == NULL) return false;
    return !(*cell == '-' && cell[1] != '\0' && strspn(cell + 1, "0123456789.") == strlen(cell + 1));
}

static void csv_cell(struct buf *out, const char *cell) {
    bool formula = is_formula(cell), quoted = formula || strpbrk(cell, ",\";\r\n") != NULL;
    if (quoted) buf_putc(out, '"');
    if (formula) buf_putc(out, '\'');
    for (; *cell != '\0'; cell++) {
        if (*cell == '"') buf_putc(out, '"');
        buf_putc(out, *cell);
    }
    if (quoted) buf_putc(out, '"');
}

void csv_row(struct buf *out, const char *const *cells, size_t count) {
    for (size_t i = 0; i < count; i++) {
        if (i > 0) buf_putc(out, ',');
        if (cells[i] != NULL) csv_cell(out, cells[i]);
    }
    buf_puts(out, "\r\n");
}
