/* Issue texts: see jira_text.h. */
#include "connect/jira_text.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/json.h"
#include "base/str.h"

#include <string.h>

static json_t *paragraph_of(json_t *inline_node) {
    json_t *paragraph = json_object();
    json_t *content = json_array();
    json_put_text(paragraph, "type", "paragraph");
    json_push(content, inline_node);
    json_put(paragraph, "content", content);
    return paragraph;
}

static json_t *text_node(const char *text, size_t len) {
    json_t *node = json_object();
    json_put_text(node, "type", "text");
    json_put(node, "text", json_stringn(text, len));
    return node;
}

json_t *jira_adf(const char *text, const char *url) {
    json_t *document = json_object();
    json_t *content = json_array();
    for (const char *at = text; *at != '\0';) {
        size_t len = strcspn(at, "\n"); /* an empty text node is refused: empty lines are left out */
        if (len > 0) json_push(content, paragraph_of(text_node(at, len)));
        at += len + (at[len] == '\n');
    }
    if (url != NULL) {
        json_t *node = text_node(url, strlen(url));
        json_t *link = json_object();
        json_t *attributes = json_object();
        json_t *marks = json_array();
        json_put_text(attributes, "href", url);
        json_put_text(link, "type", "link");
        json_put(link, "attrs", attributes);
        json_push(marks, link);
        json_put(node, "marks", marks);
        json_push(content, paragraph_of(node));
    }
    json_put_text(document, "type", "doc");
    json_put_i64(document, "version", 1);
    json_put(document, "content", content);
    return document;
}

char *jira_wiki(struct arena *arena, const char *text, const char *url) {
    struct buf out;
    size_t room = 2 * strlen(text) + (url == NULL ? 0 : strlen(url)) + 16;
    buf_init(&out, arena, room);
    for (; *text != '\0'; text++) {
        if (strchr("{}[]*_-+^~|!", *text) != NULL) buf_putc(&out, '\\');
        buf_putc(&out, *text);
    }
    if (url != NULL) buf_printf(&out, "\n\n[%s]", url);
    return out.data;
}

char *jira_summary(struct arena *arena, const char *text) {
    char *copy = arena_str(arena, text);
    size_t count = 0;
    for (char *at = copy; *at != '\0'; at++) {
        if (*at == '\n' || *at == '\r' || *at == '\t') *at = ' ';
        if (((unsigned char)*at & 0xc0) == 0x80) continue; /* within a character */
        if (count++ == JIRA_SUMMARY_MAX - 1 && utf8_count(at) > 1) {
            *at = '\0';
            return arena_printf(arena, "%s…", copy);
        }
    }
    return copy;
}
