/* Writing a value for its place: HTML, URL (percent, then HTML) or Slack. */
#include "view/template_internal.h"

#include "base/str.h"

#include <string.h>
#include <strings.h>

static bool scheme_allowed(const char *text, size_t len) {
    static const char *const ALLOWED[] = { "http:", "https:", "mailto:", "tel:" };
    size_t colon = 0;
    while (colon < len && strchr(":/?#", text[colon]) == NULL) colon++;
    if (colon == len || text[colon] != ':') return true; /* relative */
    for (size_t i = 0; i < sizeof ALLOWED / sizeof *ALLOWED; i++) {
        if (strlen(ALLOWED[i]) == colon + 1 && strncasecmp(text, ALLOWED[i], colon + 1) == 0) return true;
    }
    return false;
}

/* Where in a URL a byte may stand as it is; letters and digits may anywhere. */
enum { IN_START = 1, IN_PATH = 2, IN_QUERY = 4, IN_COMPONENT = 8 };
#define ADDRESS (IN_START | IN_PATH | IN_QUERY)
#define ANYWHERE (ADDRESS | IN_COMPONENT)
static const unsigned char KEPT[256] = {
    ['-'] = ANYWHERE, ['.'] = ANYWHERE, ['_'] = ANYWHERE, ['~'] = ANYWHERE, ['/'] = ADDRESS,
    ['@'] = ADDRESS,  ['!'] = ADDRESS,  ['$'] = ADDRESS,  ['&'] = ADDRESS,  ['('] = ADDRESS,
    [')'] = ADDRESS,  ['*'] = ADDRESS,  ['+'] = ADDRESS,  [','] = ADDRESS,  [';'] = ADDRESS,
    ['='] = ADDRESS,  [':'] = ADDRESS,  ['%'] = ADDRESS,  ['#'] = IN_START, ['?'] = IN_START | IN_QUERY,
    ['['] = IN_START, [']'] = IN_START,
};

static bool is_alphanumeric(unsigned char byte) {
    return (byte >= '0' && byte <= '9') || (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z');
}

static unsigned char kept_in(enum escape escape) {
    switch (escape) {
    case ESCAPE_URL_START: return IN_START;
    case ESCAPE_URL_PATH: return IN_PATH;
    case ESCAPE_URL_QUERY: return IN_QUERY;
    default: return IN_COMPONENT;
    }
}

static void url_add(struct buf *out, enum escape escape, const char *text, size_t len) {
    static const char HEX[] = "0123456789ABCDEF";
    unsigned char kept = kept_in(escape);
    size_t plain = 0; /* start of the stretch not yet copied */
    /* "/" + "/evil.example" must not become another host */
    bool joins_slash = escape == ESCAPE_URL_PATH && out->len > 0 && out->data[out->len - 1] == '/';
    for (size_t i = 0; i < len; i++) {
        unsigned char byte = (unsigned char)text[i];
        bool keeps = is_alphanumeric(byte) || (KEPT[byte] & kept) != 0;
        if (i == 0 && joins_slash && byte == '/') keeps = false;
        if (keeps && byte != '&') continue;
        buf_add(out, text + plain, i - plain);
        plain = i + 1;
        if (keeps) buf_puts(out, "&amp;");
        else buf_add(out, (char[]){ '%', HEX[byte >> 4], HEX[byte & 15] }, 3);
    }
    buf_add(out, text + plain, len - plain);
}

static void slack_add(struct buf *out, const char *text, size_t len) {
    for (size_t i = 0; i < len; i++) {
        switch (text[i]) {
        case '&': buf_puts(out, "&amp;"); break;
        case '<': buf_puts(out, "&lt;"); break;
        case '>': buf_puts(out, "&gt;"); break;
        default: buf_putc(out, text[i]); break;
        }
    }
}

void template_escape(struct buf *out, enum escape escape, const char *text, size_t len) {
    switch (escape) {
    case ESCAPE_NONE: buf_add(out, text, len); break;
    case ESCAPE_HTML: buf_html(out, text, len); break;
    case ESCAPE_SLACK: slack_add(out, text, len); break;
    case ESCAPE_URL_START:
        if (scheme_allowed(text, len)) url_add(out, escape, text, len);
        else buf_putc(out, '#');
        break;
    case ESCAPE_URL_PATH:
    case ESCAPE_URL_QUERY:
    case ESCAPE_URL_COMPONENT: url_add(out, escape, text, len); break;
    }
}
