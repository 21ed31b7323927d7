/* A request head: see head.h. */
#include "http/head.h"

#include "base/arena.h"
#include "base/str.h"

#include <string.h>

bool head_parse(struct arena *arena, char *text, struct gate_head *head) {
    struct http_pair *headers = ARENA_ARRAY(arena, GATE_HEADERS_MAX + 2, struct http_pair);
    char *line = text;
    for (int number = 0;; number++) {
        char *end = strstr(line, "\r\n");
        if (end == NULL) return false;
        *end = '\0';
        if (number > 0 && *line == '\0') break;
        if (number == 0) {
            char **words;
            if (str_split(arena, line, " ", &words) != 3 || !str_starts(words[2], "HTTP/")) return false;
            char *query = strchr(words[1], '?');
            if (query != NULL) *query++ = '\0';
            *head = (struct gate_head){ .method = words[0], .uri = words[1], .query = query, .version = words[2] + 5 };
        } else {
            char *colon = strchr(line, ':');
            if (colon == NULL || head->header_count > GATE_HEADERS_MAX) return false;
            *colon = '\0';
            headers[head->header_count++] = (struct http_pair){ line, str_clean(arena, colon + 1) };
        }
        line = end + 2;
    }
    head->headers = headers;
    return true;
}
