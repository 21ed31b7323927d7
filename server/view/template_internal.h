/* Inside of templates: the compiled form (a flat list of operations) and the HTML context machine. */
#ifndef BONGSU_VIEW_TEMPLATE_INTERNAL_H
#define BONGSU_VIEW_TEMPLATE_INTERNAL_H

#include "view/template.h"

#include <stddef.h>

struct arena;

enum template_kind { TEMPLATE_HTML, TEMPLATE_TEXT, TEMPLATE_SLACK };

/* How a value is written. Decided when the template loads. */
enum escape {
    ESCAPE_NONE, /* raw: text templates, or a key ending in _html */
    ESCAPE_HTML, /* text position and quoted attributes */
    ESCAPE_URL_START, /* a whole URL: its scheme is checked */
    ESCAPE_URL_PATH, /* after a literal beginning */
    ESCAPE_URL_QUERY, /* right after ? or &: keeps & and = */
    ESCAPE_URL_COMPONENT, /* after = in a query, or in a fragment */
    ESCAPE_SLACK,
};

enum op_kind { OP_LITERAL, OP_VALUE, OP_MESSAGE, OP_SECTION, OP_INVERTED, OP_END, OP_PARTIAL, OP_CONTENT };

/* "a.b" split; depth 0 is {{.}} */
struct path {
    const char **names;
    const size_t *lens; /* of the names */
    size_t depth;
    const char *text; /* as written, for errors */
};

struct message_arg {
    const char *name;
    struct path path;
};

struct template_op {
    enum op_kind kind;
    enum escape escape;
    int line;
    const char *text; /* literal, message key or partial's name */
    size_t len; /* of the literal */
    struct path path;
    const struct message_arg *args;
    size_t count; /* of args */
    size_t jump; /* sections: index of their OP_END */
    const struct template *partial; /* filled in when all templates are read */
};

struct template {
    const char *name;
    enum template_kind kind;
    struct template_op *ops;
    size_t count;
};

enum { TEMPLATE_DEPTH_MAX = 24, TEMPLATE_OPS_MAX = 8192, TEMPLATE_PATH_MAX = 8, TEMPLATE_ARGS_MAX = 8 };

/* Compiles one text. The text must outlive the template (literals point into it). Errors name `name` and line. */
bool template_compile(struct arena *arena, const char *name, enum template_kind kind, const char *text,
                      struct template *out, struct error *err) NODISCARD;
struct render_options {
    const struct i18n *lang;
    bool strict;
    const struct template *content; /* what {{>content}} stands for; NULL outside frames */
};
bool template_run(const struct template *template, const json_t *view, const struct render_options *options,
                  struct buf *out, struct error *err) NODISCARD;
void template_escape(struct buf *out, enum escape escape, const char *text, size_t len);

/* --- HTML context --- */
enum html_state {
    HTML_TEXT,
    HTML_TAG_OPEN, /* after < */
    HTML_TAG_NAME,
    HTML_TAG, /* between attributes */
    HTML_NAME, /* in an attribute's name */
    HTML_NAME_CUT, /* a section began or ended in a name: only blank, / or > may follow */
    HTML_AFTER_NAME,
    HTML_EQUALS, /* after =, before the quote */
    HTML_VALUE, /* in a quoted value */
    HTML_COMMENT,
    HTML_DECLARATION, /* <!DOCTYPE … */
    HTML_RAW, /* <script>, <style> */
};

enum html_attribute { ATTRIBUTE_PLAIN, ATTRIBUTE_URL, ATTRIBUTE_FORBIDDEN };
enum url_part { URL_START, URL_PREFIX, URL_PATH, URL_ASK, URL_COMPONENT, URL_VALUE, URL_UNSURE };

struct html {
    enum html_state state;
    enum html_attribute attribute;
    enum url_part url;
    char quote;
    bool closing; /* </x */
    char element[16]; /* name of the open tag, cut */
    char name[32]; /* attribute, cut; longer names cannot be special ones */
    size_t name_len, element_len;
    size_t matched; /* of "-->" or "</script" */
    size_t equals; /* attributes with values seen so far */
};

/* Walks over literal text. NULL, or what is wrong with it. */
const char *html_feed(struct html *html, const char *text, size_t len);
/* How a value at this place is escaped; NULL and *escape, or what is wrong. raw: {{{…}}} */
const char *html_value(struct html *html, bool raw, enum escape *escape);
/* A section begins or ends here; `before` is the state at its begin (NULL at the begin itself). */
const char *html_section_begin(struct html *html);
const char *html_section_end(struct html *html, const struct html *before);

#endif
