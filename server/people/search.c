/* Looking by part of a name: see search.h. */
#include "people/search.h"

#include "base/arena.h"
#include "base/buf.h"

char *search_folded(struct arena *arena, const char *text) {
    char *copy = arena_str(arena, text);
    for (char *c = copy; *c != '\0'; c++) {
        if (*c >= 'A' && *c <= 'Z') *c = (char)(*c + ('a' - 'A'));
    }
    return copy;
}

const char *search_pattern(struct arena *arena, const char *text) {
    enum { PATTERN_MAX = 4000 };
    if (text == NULL || *text == '\0') return NULL;
    struct buf buf;
    buf_init(&buf, arena, PATTERN_MAX);
    buf_putc(&buf, '%');
    for (const char *c = search_folded(arena, text); *c != '\0'; c++) {
        if (*c == '%' || *c == '_' || *c == '!') buf_putc(&buf, '!');
        buf_putc(&buf, *c);
    }
    buf_putc(&buf, '%');
    return buf.data;
}
