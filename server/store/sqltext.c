/* SQL text: see sqltext.h. */
#include "store/sqltext.h"

#include "base/arena.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

/* Length of the quoted text or comment that starts at text, 0 if none does. An unfinished one ends with the text. */
static size_t opaque(const char *text) {
    if (*text == '\'' || *text == '"') {
        const char *end = text + 1;
        while (*end != '\0' && *end != *text) end++; /* a doubled quote reads as two texts side by side: same thing */
        return (size_t)(end - text) + (*end == *text ? 1 : 0);
    }
    if (text[0] == '-' && text[1] == '-') return strcspn(text, "\n");
    if (text[0] == '/' && text[1] == '*') {
        const char *end = strstr(text + 2, "*/");
        return end == NULL ? strlen(text) : (size_t)(end - text) + 2;
    }
    return 0;
}

char *sqltext_postgres(struct arena *arena, const char *text) {
    char *out = arena_str(arena, text);
    for (size_t i = 0; out[i] != '\0';) {
        size_t skip = opaque(out + i);
        if (skip == 0 && out[i] == '?' && isdigit((unsigned char)out[i + 1])) out[i] = '$';
        i += skip == 0 ? 1 : skip;
    }
    return out;
}

char *sqltext_next_statement(struct arena *arena, const char *text, const char **rest) {
    bool anything = false;
    size_t i = 0;
    while (text[i] != '\0') {
        size_t skip = opaque(text + i);
        bool comment = skip > 0 && (text[i] == '-' || text[i] == '/');
        if (skip == 0 && text[i] == ';') {
            if (anything) break;
            text += i + 1; /* an empty statement */
            i = 0;
            continue;
        }
        if (!comment && !isspace((unsigned char)text[i])) anything = true;
        i += skip == 0 ? 1 : skip;
    }
    *rest = text[i] == ';' ? text + i + 1 : text + i;
    return anything ? arena_strn(arena, text, i) : NULL;
}

/* "" for a line without a fence. */
static const char *fence_of(const char *line, size_t len, char out[16]) {
    out[0] = '\0';
    while (len > 0 && isspace((unsigned char)line[len - 1])) len--;
    size_t word = 0;
    while (word < len && word < 15 && isalpha((unsigned char)line[len - 1 - word])) word++;
    if (len >= word + 4 && memcmp(line + len - word - 4, "-- @", 4) == 0) {
        memcpy(out, line + len - word, word);
        out[word] = '\0';
    }
    return out;
}

char *sqltext_for_engine(struct arena *arena, const char *text, const char *engine) {
    char *out = arena_alloc(arena, strlen(text) + 1);
    size_t len = 0;
    while (*text != '\0') {
        size_t line = strcspn(text, "\n");
        if (text[line] == '\n') line++;
        char fence[16];
        fence_of(text, line, fence);
        if (fence[0] == '\0' || strcmp(fence, engine) == 0) {
            memcpy(out + len, text, line);
            len += line;
        }
        text += line;
    }
    return out;
}
