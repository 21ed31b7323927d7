/* Lists and maps by lines: see lines.h. */
#include "pages/lines.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/json.h"

#include <string.h>

const char *lines_of(struct arena *arena, const json_t *value) {
    struct buf text;
    size_t at;
    const char *key;
    const json_t *line;
    json_t *item, *copy = json_deep_copy(value); /* the macro wants a changeable one */
    buf_init(&text, arena, LINES_MAX);
    json_array_foreach(value, at, line) buf_printf(&text, "%s\n", json_string_value(line));
    json_object_foreach(copy, key, item) buf_printf(&text, "%s = %s\n", key, json_string_value(item));
    json_decref(copy);
    return text.data;
}

static const char *trimmed(struct arena *arena, const char *from, size_t len) {
    while (len > 0 && (*from == ' ' || *from == '\t')) from++, len--;
    while (len > 0 && strchr(" \t\r", from[len - 1]) != NULL) len--;
    return arena_strn(arena, from, len);
}

/* The next line that is not blank; NULL at the end. */
static const char *next_line(struct arena *arena, const char **text) {
    while (**text != '\0') {
        size_t len = strcspn(*text, "\n");
        const char *line = trimmed(arena, *text, len);
        *text += len + ((*text)[len] == '\n');
        if (*line != '\0') return line;
    }
    return NULL;
}

json_t *lines_list(struct arena *arena, const char *text) {
    json_t *list = json_array();
    for (const char *line; (line = next_line(arena, &text)) != NULL;) json_push(list, json_string(line));
    return list;
}

json_t *lines_map(struct arena *arena, const char *text) {
    json_t *map = json_object();
    for (const char *line; (line = next_line(arena, &text)) != NULL;) {
        const char *equals = strchr(line, '=');
        if (equals == NULL) json_put_text(map, line, "");
        else
            json_put_text(map, trimmed(arena, line, (size_t)(equals - line)),
                          trimmed(arena, equals + 1, strlen(equals + 1)));
    }
    return map;
}
