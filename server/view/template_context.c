/* Where in HTML a place of a template lies: a small state machine over the literal text. It accepts the HTML we
 * write (quoted attributes, plain comments) and refuses the rest, so that what it does not understand never reaches
 * a browser. The point is not to validate HTML but to know, for every value, how it must be escaped. */
#include "view/template_internal.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

static const char *const URL_NAMES[] = { "href",           "src",        "action",    "formaction",
                                         "poster",         "cite",       "data",      "ping",
                                         "manifest",       "background", "hx-get",    "hx-post",
                                         "hx-put",         "hx-patch",   "hx-delete", "hx-push-url",
                                         "hx-replace-url", "xlink:href" };
/* Attributes whose value is a program, or markup, or a list of URLs. */
static const char *const FORBIDDEN_NAMES[] = { "style",   "srcdoc",  "srcset",     "imagesrcset",
                                               "hx-vals", "hx-vars", "hx-headers", "http-equiv" };

static bool in_list(const char *name, const char *const *list, size_t count) {
    for (size_t i = 0; i < count; i++) {
        if (strcmp(name, list[i]) == 0) return true;
    }
    return false;
}

static enum html_attribute attribute_kind(const char *name) {
    if (strncmp(name, "on", 2) == 0 || strncmp(name, "hx-on", 5) == 0) return ATTRIBUTE_FORBIDDEN;
    if (in_list(name, FORBIDDEN_NAMES, sizeof FORBIDDEN_NAMES / sizeof *FORBIDDEN_NAMES)) return ATTRIBUTE_FORBIDDEN;
    return in_list(name, URL_NAMES, sizeof URL_NAMES / sizeof *URL_NAMES) ? ATTRIBUTE_URL : ATTRIBUTE_PLAIN;
}

static bool is_blank(char byte) {
    return byte == ' ' || byte == '\n' || byte == '\t' || byte == '\r' || byte == '\f';
}

/* "a<br>" with an odd name must not pass as ordinary: names are cut at the buffer, special ones are short. */
static void name_add(char *name, size_t size, size_t *len, char byte) {
    if (*len + 1 >= size) return;
    name[(*len)++] = (char)tolower((unsigned char)byte);
    name[*len] = '\0';
}

static void tag_end(struct html *html) {
    bool raw = !html->closing && (strcmp(html->element, "script") == 0 || strcmp(html->element, "style") == 0);
    html->state = raw ? HTML_RAW : HTML_TEXT;
    html->matched = 0;
}

static const char *feed_text(struct html *html, char byte) {
    if (byte != '<') return NULL;
    html->state = HTML_TAG_OPEN;
    html->closing = false;
    html->element_len = 0;
    html->element[0] = '\0';
    return NULL;
}

static const char *feed_tag_open(struct html *html, char byte) {
    if (byte == '/' && !html->closing) {
        html->closing = true;
        return NULL;
    }
    if (byte == '!' && !html->closing) {
        html->state = HTML_DECLARATION;
        html->matched = 0;
        return NULL;
    }
    if (!isalpha((unsigned char)byte)) return "a bare < in text: write &lt;";
    html->state = HTML_TAG_NAME;
    name_add(html->element, sizeof html->element, &html->element_len, byte);
    return NULL;
}

static const char *feed_tag(struct html *html, char byte) {
    if (is_blank(byte) || byte == '/') {
        html->state = HTML_TAG;
        return NULL;
    }
    if (byte == '>') {
        tag_end(html);
        return NULL;
    }
    if (html->state == HTML_NAME_CUT) return "a section must not cut an attribute's name in two";
    if (byte == '=' || byte == '"' || byte == '\'' || byte == '<') return "an attribute needs a name";
    html->state = HTML_NAME;
    html->name_len = 0;
    name_add(html->name, sizeof html->name, &html->name_len, byte);
    return NULL;
}

static const char *feed_name(struct html *html, char byte) {
    if (byte == '=') {
        html->state = HTML_EQUALS;
        html->equals++;
        return NULL;
    }
    if (is_blank(byte)) {
        html->state = HTML_AFTER_NAME;
        return NULL;
    }
    if (html->state == HTML_AFTER_NAME || byte == '>' || byte == '/') {
        html->state = HTML_TAG;
        return feed_tag(html, byte);
    }
    if (byte == '"' || byte == '\'' || byte == '<') return "a quote in an attribute's name";
    name_add(html->name, sizeof html->name, &html->name_len, byte);
    return NULL;
}

static void feed_url(struct html *html, char byte) {
    switch (html->url) {
    case URL_START:
    case URL_PREFIX:
    case URL_VALUE:
    case URL_UNSURE:
        if (byte == '?') html->url = URL_ASK;
        else if (byte == '#') html->url = URL_COMPONENT;
        else if (byte == '/' || byte == ':') html->url = URL_PATH;
        else if (html->url == URL_START) html->url = URL_PREFIX;
        break;
    case URL_PATH:
        if (byte == '?') html->url = URL_ASK;
        else if (byte == '#') html->url = URL_COMPONENT;
        break;
    case URL_ASK: html->url = URL_COMPONENT; break;
    case URL_COMPONENT:
        if (byte == '&' || byte == ';') html->url = URL_ASK; /* &amp; too */
        break;
    }
}

static const char *feed_value(struct html *html, char byte) {
    if (byte == html->quote) {
        html->state = HTML_TAG;
        return NULL;
    }
    if (html->attribute == ATTRIBUTE_URL) feed_url(html, byte);
    return NULL;
}

static const char *feed_equals(struct html *html, char byte) {
    if (is_blank(byte)) return NULL;
    if (byte != '"' && byte != '\'') return "an attribute's value needs quotes";
    html->state = HTML_VALUE;
    html->quote = byte;
    html->attribute = attribute_kind(html->name);
    html->url = URL_START;
    return NULL;
}

static const char *feed_comment(struct html *html, char byte) {
    if (byte == '-') html->matched = html->matched < 2 ? html->matched + 1 : 2;
    else if (byte == '>' && html->matched == 2) html->state = HTML_TEXT;
    else html->matched = 0;
    return NULL;
}

static const char *feed_declaration(struct html *html, char byte) {
    if (byte == '-' && html->matched < 2) {
        if (++html->matched == 2) html->state = HTML_COMMENT, html->matched = 0;
        return NULL;
    }
    html->matched = 2;
    if (byte == '>') html->state = HTML_TEXT;
    return NULL;
}

/* Until "</script" or "</style": element holds the name. */
static const char *feed_raw(struct html *html, char byte) {
    size_t want = 2 + html->element_len;
    char lower = (char)tolower((unsigned char)byte);
    char expected = html->matched == 0 ? '<' : html->matched == 1 ? '/' : html->element[html->matched - 2];
    if (lower == expected) html->matched++;
    else html->matched = byte == '<' ? 1 : 0;
    if (html->matched < want) return NULL;
    html->state = HTML_TAG;
    html->closing = true;
    return NULL;
}

static const char *feed_byte(struct html *html, char byte) {
    switch (html->state) {
    case HTML_TEXT: return feed_text(html, byte);
    case HTML_TAG_OPEN: return feed_tag_open(html, byte);
    case HTML_TAG_NAME:
        if (!is_blank(byte) && byte != '/' && byte != '>') {
            name_add(html->element, sizeof html->element, &html->element_len, byte);
            return NULL;
        }
        return feed_tag(html, byte);
    case HTML_TAG:
    case HTML_NAME_CUT: return feed_tag(html, byte);
    case HTML_NAME:
    case HTML_AFTER_NAME: return feed_name(html, byte);
    case HTML_EQUALS: return feed_equals(html, byte);
    case HTML_VALUE: return feed_value(html, byte);
    case HTML_COMMENT: return feed_comment(html, byte);
    case HTML_DECLARATION: return feed_declaration(html, byte);
    case HTML_RAW: return feed_raw(html, byte);
    }
    return NULL;
}

const char *html_feed(struct html *html, const char *text, size_t len) {
    for (size_t i = 0; i < len; i++) {
        const char *fault = feed_byte(html, text[i]);
        if (fault != NULL) return fault;
    }
    return NULL;
}

static const char *url_value(struct html *html, enum escape *escape) {
    switch (html->url) {
    case URL_START:
        *escape = ESCAPE_URL_START;
        html->url = URL_VALUE;
        return NULL;
    case URL_PATH: *escape = ESCAPE_URL_PATH; return NULL;
    case URL_ASK:
        *escape = ESCAPE_URL_QUERY;
        html->url = URL_COMPONENT;
        return NULL;
    case URL_COMPONENT: *escape = ESCAPE_URL_COMPONENT; return NULL;
    case URL_PREFIX: return "a value could complete a URL's scheme: begin with / or with the value";
    case URL_VALUE:
    case URL_UNSURE: break;
    }
    return "a second value at the begin of a URL: put /, ? or # between";
}

const char *html_value(struct html *html, bool raw, enum escape *escape) {
    if (raw && html->state != HTML_TEXT) return "{{{…}}} may stand in text only";
    *escape = raw ? ESCAPE_NONE : ESCAPE_HTML;
    switch (html->state) {
    case HTML_TEXT: return NULL;
    case HTML_VALUE: break;
    case HTML_RAW: return "no values in <script> or <style>: use data- attributes";
    case HTML_COMMENT:
    case HTML_DECLARATION: return "no values in comments or declarations";
    case HTML_EQUALS: return "a value in an attribute without quotes";
    default: return "a value in a tag or attribute name";
    }
    if (html->attribute == ATTRIBUTE_FORBIDDEN) return "no values in on…, style and other active attributes";
    return html->attribute == ATTRIBUTE_URL ? url_value(html, escape) : NULL;
}

/* A place where text of unknown length may come or not come. */
static const char *boundary(struct html *html) {
    switch (html->state) {
    case HTML_TEXT:
    case HTML_TAG:
    case HTML_VALUE:
    case HTML_NAME_CUT: return NULL;
    case HTML_NAME: html->state = HTML_NAME_CUT; return NULL;
    case HTML_AFTER_NAME: html->state = HTML_TAG; return NULL;
    case HTML_TAG_NAME: html->state = HTML_NAME_CUT; return NULL;
    default: return "a section may not begin or end here";
    }
}

const char *html_section_begin(struct html *html) {
    return boundary(html);
}

static bool in_tag(enum html_state state) {
    return state == HTML_TAG || state == HTML_NAME_CUT;
}

const char *html_section_end(struct html *html, const struct html *before) {
    bool cut = html->state == HTML_NAME;
    const char *fault = boundary(html);
    if (fault != NULL) return fault;
    if (cut && html->equals != before->equals) return "a section must not end inside an attribute's name";
    bool same = html->state == before->state || (in_tag(html->state) && in_tag(before->state));
    if (!same) return "a section must end in the place of HTML where it began";
    if (html->state == HTML_VALUE) {
        if (html->quote != before->quote || html->equals != before->equals)
            return "a section must stay inside one attribute";
        if (html->url != before->url) html->url = URL_UNSURE;
    } else if (in_tag(html->state) && before->state == HTML_NAME_CUT) {
        html->state = HTML_NAME_CUT; /* the section may be left out */
    }
    return NULL;
}
