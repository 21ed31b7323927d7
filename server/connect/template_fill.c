/* Templates of gateways and chats: see template_fill.h. */
#include "connect/template_fill.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/str.h"

#include <string.h>

enum { FILLED_MAX = 64 * 1024 };

static void add_json(struct buf *out, const char *value) {
    struct buf quoted;
    buf_init(&quoted, out->arena, FILLED_MAX);
    buf_json(&quoted, value);
    if (quoted.overflow) out->overflow = true;
    else buf_add(out, quoted.data + 1, quoted.len - 2); /* the quotes stand in the template */
}

static void add_form(struct buf *out, const char *value) {
    static const char PLAIN[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
    for (; *value != '\0'; value++) {
        if (strchr(PLAIN, *value) != NULL) buf_putc(out, *value);
        else buf_printf(out, "%%%02X", (unsigned)(unsigned char)*value);
    }
}

static const char *value_of(const char *name, const struct fill_value *values, size_t count) {
    for (size_t i = 0; i < count; i++) {
        if (str_eq(values[i].name, name)) return values[i].value == NULL ? "" : values[i].value;
    }
    return "";
}

char *template_fill(struct arena *arena, const char *text, enum fill_format format, const struct fill_value *values,
                    size_t count) {
    struct buf out;
    buf_init(&out, arena, FILLED_MAX);
    for (const char *end; *text != '\0';) {
        end = str_starts(text, "{{") ? strstr(text, "}}") : NULL;
        if (end == NULL) {
            buf_putc(&out, *text++);
            continue;
        }
        const char *value = value_of(arena_strn(arena, text + 2, (size_t)(end - text - 2)), values, count);
        if (format == FILL_JSON) add_json(&out, value);
        else add_form(&out, value);
        text = end + 2;
    }
    return out.overflow ? NULL : out.data;
}
