/* Markdown: see markdown.h. The tree is parsed, made harmless, and written by the library's own renderer. */
#include "text/markdown.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/str.h"

#include <cmark-gfm-core-extensions.h>
#include <cmark-gfm.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum {
    OPTIONS = CMARK_OPT_HARDBREAKS | CMARK_OPT_VALIDATE_UTF8 | CMARK_OPT_STRIKETHROUGH_DOUBLE_TILDE,
    HEADINGS_DOWN = 2
};

static pthread_once_t registered = PTHREAD_ONCE_INIT;

static bool url_allowed(const char *url) {
    static const char *const ALLOWED[] = { "http:", "https:", "mailto:", "tel:" };
    size_t colon = strcspn(url, ":/?#");
    if (url[colon] != ':') return true;
    for (size_t i = 0; i < sizeof ALLOWED / sizeof *ALLOWED; i++) {
        if (strlen(ALLOWED[i]) == colon + 1 && strncasecmp(url, ALLOWED[i], colon + 1) == 0) return true;
    }
    return false;
}

static void picture_to_link(cmark_node *picture) {
    const char *url = cmark_node_get_url(picture);
    if (url[0] == '/' && url[1] != '/' && url[1] != '\\') return;
    cmark_node *link = cmark_node_new(CMARK_NODE_LINK);
    cmark_node_set_url(link, url_allowed(url) ? url : "");
    cmark_node_insert_before(picture, link);
    bool bare = cmark_node_first_child(picture) == NULL;
    for (cmark_node *child; (child = cmark_node_first_child(picture)) != NULL;) cmark_node_append_child(link, child);
    if (bare) {
        cmark_node *text = cmark_node_new(CMARK_NODE_TEXT);
        cmark_node_set_literal(text, url);
        cmark_node_append_child(link, text);
    }
    cmark_node_free(picture);
}

static bool is_leaf(cmark_node_type type) {
    return type == CMARK_NODE_HTML_BLOCK || type == CMARK_NODE_THEMATIC_BREAK || type == CMARK_NODE_CODE_BLOCK ||
           type == CMARK_NODE_TEXT || type == CMARK_NODE_SOFTBREAK || type == CMARK_NODE_LINEBREAK ||
           type == CMARK_NODE_CODE || type == CMARK_NODE_HTML_INLINE;
}

struct walk {
    struct arena *arena;
    int depth, deepest;
    cmark_node **pictures; /* changed after the walk: an iterator does not survive a changed tree */
    size_t count, size;
};

static void picture_note(struct walk *walk, cmark_node *node) {
    if (walk->count == walk->size) {
        size_t size = walk->size * 2 + 8;
        cmark_node **list = ARENA_ARRAY(walk->arena, size, cmark_node *);
        if (walk->count > 0) memcpy(list, walk->pictures, walk->count * sizeof *list);
        walk->pictures = list;
        walk->size = size;
    }
    walk->pictures[walk->count++] = node;
}

static void visit(struct walk *walk, cmark_node *node) {
    cmark_node_type type = cmark_node_get_type(node);
    if (type == CMARK_NODE_IMAGE) picture_note(walk, node);
    if (type == CMARK_NODE_LINK && !url_allowed(cmark_node_get_url(node))) cmark_node_set_url(node, "");
    if (type == CMARK_NODE_HEADING) {
        int level = cmark_node_get_heading_level(node) + HEADINGS_DOWN;
        cmark_node_set_heading_level(node, level > 6 ? 6 : level);
    }
}

/* False if the tree is too deep. */
static bool make_harmless(struct arena *arena, cmark_node *root) {
    struct walk walk = { .arena = arena };
    cmark_iter *iter = cmark_iter_new(root);
    for (cmark_event_type event; (event = cmark_iter_next(iter)) != CMARK_EVENT_DONE;) {
        cmark_node *node = cmark_iter_get_node(iter);
        if (event == CMARK_EVENT_EXIT) {
            walk.depth--;
            continue;
        }
        if (!is_leaf(cmark_node_get_type(node)) && ++walk.depth > walk.deepest) walk.deepest = walk.depth;
        visit(&walk, node);
    }
    cmark_iter_free(iter);
    for (size_t i = 0; i < walk.count; i++) picture_to_link(walk.pictures[i]);
    return walk.deepest <= MARKDOWN_DEPTH_MAX;
}

static void attach(cmark_parser *parser) {
    static const char *const NAMES[] = { "table", "strikethrough", "autolink", "tasklist", "tagfilter" };
    for (size_t i = 0; i < sizeof NAMES / sizeof *NAMES; i++) {
        cmark_syntax_extension *extension = cmark_find_syntax_extension(NAMES[i]);
        REQUIRE(extension != NULL);
        cmark_parser_attach_syntax_extension(parser, extension);
    }
}

/* Two marks the library does not set: links lead elsewhere, and heads of tables belong to their column. In its safe
 * output a tag is only ever its own: text has its < escaped. */
static char *mark_tags(struct arena *arena, const char *html) {
    struct buf buf;
    buf_init(&buf, arena, strlen(html) * 5 + 64);
    for (const char *tag; (tag = strchr(html, '<')) != NULL;) {
        buf_add(&buf, html, (size_t)(tag - html));
        bool link = strncmp(tag, "<a href=", 8) == 0;
        bool head = strncmp(tag, "<th", 3) == 0 && (tag[3] == '>' || tag[3] == ' ');
        if (link) buf_puts(&buf, "<a rel=\"nofollow noopener\"");
        else if (head) buf_puts(&buf, "<th scope=\"col\"");
        else buf_putc(&buf, '<');
        html = tag + (link ? 2 : head ? 3 : 1);
    }
    buf_puts(&buf, html);
    return buf.data;
}

/* At most how many columns a table has whose second row this line is; 0 if it cannot be one. Marks of quotes and lists
 * may stand before it. */
static size_t columns_of(const char *line, size_t len) {
    size_t bars = 0, dashes = 0;
    for (size_t i = 0; i < len; i++) {
        if (strchr("|:- \t\r>*+.)0123456789", line[i]) == NULL) return 0;
        bars += line[i] == '|';
        dashes += line[i] == '-';
    }
    return dashes == 0 ? 0 : bars + 1;
}

/* No fewer cells than the text's tables can have: a table ends at a blank line at the latest. */
static size_t cells_bound(const char *text) {
    size_t total = 0, rows = 0, columns = 0;
    while (*text != '\0') {
        size_t len = strcspn(text, "\n");
        if (strspn(text, " \t\r>") >= len) {
            total += rows * columns;
            rows = columns = 0;
        } else {
            size_t here = columns_of(text, len);
            columns = here > columns ? here : columns;
            rows++;
        }
        text += len + (text[len] == '\n' ? 1 : 0);
    }
    return total + rows * columns;
}

bool markdown_render(struct arena *arena, const char *text, char **html, struct error *err) {
    size_t len = strlen(text);
    if (len > MARKDOWN_BYTES_MAX) return ERROR(err, ERR_INVALID, "markdown.too_large", "%zu bytes", len);
    if (cells_bound(text) > MARKDOWN_CELLS_MAX) return ERROR(err, ERR_INVALID, "markdown.too_large", "table");
    pthread_once(&registered, cmark_gfm_core_extensions_ensure_registered);
    cmark_parser *parser = cmark_parser_new(OPTIONS);
    attach(parser);
    cmark_parser_feed(parser, text, len);
    cmark_node *root = cmark_parser_finish(parser);
    bool done = make_harmless(arena, root);
    if (done) {
        char *raw = cmark_render_html(root, OPTIONS, cmark_parser_get_syntax_extensions(parser));
        *html = mark_tags(arena, raw);
        free(raw);
    } else {
        (void)ERROR(err, ERR_INVALID, "markdown.too_deep", "more than %d levels", MARKDOWN_DEPTH_MAX);
    }
    cmark_node_free(root);
    cmark_parser_free(parser);
    return done;
}
