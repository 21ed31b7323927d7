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

/* Bytes that may stand in a URL where they are, besides letters and digits. */
static const char *kept_in(enum escape escape) {
    switch (escape) {
    case ESCAPE_URL_START: return "-._~/?#[]@!$&()*+,;=:%";
    case ESCAPE_URL_PATH: return "-._~/@!$&()*+,;=:%";
    case ESCAPE_URL_QUERY: return "-._~/?@!$&()*+,;=:%";
    default: return "-._~";
    }
}

static bool is_alphanumeric(unsigned char byte) {
    return (byte >= '0' && byte <= '9') || (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z');
}

static void url_add(struct buf *out, enum escape escape, const char *text, size_t len) {
    const char *kept = kept_in(escape);
    /* "/" + "/evil.example" must not become another host */
    bool joins_slash = escape == ESCAPE_URL_PATH && out->len > 0 && out->data[out->len - 1] == '/';
    for (size_t i = 0; i < len; i++) {
        unsigned char byte = (unsigned char)text[i];
        bool plain = is_alphanumeric(byte) || (byte != '\0' && strchr(kept, byte) != NULL);
        if (i == 0 && joins_slash && byte == '/') plain = false;
        if (!plain) buf_printf(out, "%%%02X", byte);
        else if (byte == '&') buf_puts(out, "&amp;");
        else buf_putc(out, (char)byte);
    }
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
