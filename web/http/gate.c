/* Gate: see gate.h. */
#include "http/gate.h"

#include "base/str.h"

#include <string.h>
#include <strings.h>

/* Headers by which we decide who asks and what for: a second one is a refusal, not a choice. */
static const char *const ONCE[] = {
    "Host",
    "Content-Length",
    "Content-Type",
    "Content-Encoding",
    "Transfer-Encoding",
    "Authorization",
    "Cookie",
    "Origin",
    "Sec-Fetch-Site",
    "X-CSRF-Token",
    "Idempotency-Key",
    "If-Match",
    "X-Slack-Signature",
    "X-Slack-Request-Timestamp",
    "X-Hub-Signature",
    "X-Hub-Signature-256",
    "X-Grafana-Alerting-Signature",
    "X-Bongsu-Signature",
    "X-Bongsu-Timestamp",
    "X-Automation-Webhook-Token",
};

static const struct {
    const char *name;
    enum http_method method;
} METHODS[] = {
    { "GET", HTTP_GET }, { "HEAD", HTTP_GET },    { "POST", HTTP_POST },
    { "PUT", HTTP_PUT }, { "PATCH", HTTP_PATCH }, { "DELETE", HTTP_DELETE },
};

static const struct http_pair *find_header(const struct gate_head *head, const char *name) {
    for (size_t i = 0; i < head->header_count; i++) {
        if (strcasecmp(head->headers[i].name, name) == 0) return &head->headers[i];
    }
    return NULL;
}

static bool is_token_char(char byte) {
    return (byte >= '0' && byte <= '9') || (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
           (byte != '\0' && strchr("!#$%&'*+-.^_`|~", byte) != NULL);
}

static bool headers_are_plain(const struct gate_head *head) {
    for (size_t i = 0; i < head->header_count; i++) {
        const char *name = head->headers[i].name;
        if (*name == '\0') return false;
        for (const char *at = name; *at != '\0'; at++) {
            if (!is_token_char(*at)) return false; /* "Content-Length :" and folded lines end here */
        }
        for (const char *at = head->headers[i].value; *at != '\0'; at++) {
            if (((unsigned char)*at < 0x20 && *at != '\t') || *at == 0x7f) return false;
        }
    }
    return true;
}

static bool has_doubles(const struct gate_head *head) {
    for (size_t i = 0; i < sizeof ONCE / sizeof *ONCE; i++) {
        int count = 0;
        for (size_t j = 0; j < head->header_count; j++) count += strcasecmp(head->headers[j].name, ONCE[i]) == 0;
        if (count > 1) return true;
    }
    return false;
}

/* Escapes that would change the meaning of the path or of a log line once decoded. */
static bool has_bad_escape(const char *text, bool path) {
    static const char *const ANYWHERE[] = { "00", "0a", "0d" };
    static const char *const IN_PATH[] = { "2f", "5c", "2e", "7f" };
    for (const char *at = strchr(text, '%'); at != NULL; at = strchr(at + 1, '%')) {
        for (size_t i = 0; i < 3; i++) {
            if (path && strncasecmp(at + 1, ANYWHERE[i], 2) == 0) return true;
        }
        if (!path && strncmp(at + 1, "00", 2) == 0) return true; /* text fields may hold line breaks, never NUL */
        for (size_t i = 0; path && i < 4; i++) {
            if (strncasecmp(at + 1, IN_PATH[i], 2) == 0) return true;
        }
        if (path && (at[1] == '0' || at[1] == '1')) return true; /* every other control character */
    }
    return false;
}

static bool is_visible_ascii(const char *text) {
    for (; *text != '\0'; text++) {
        if (*text <= ' ' || *text >= 0x7f || *text == '\\') return false;
    }
    return true;
}

static bool uri_is_plain(const struct gate_head *head) {
    const char *uri = head->uri;
    if (uri == NULL || uri[0] != '/' || strlen(uri) > GATE_URI_MAX || !is_visible_ascii(uri)) return false;
    if (strstr(uri, "//") != NULL || strstr(uri, "/./") != NULL || strstr(uri, "/../") != NULL) return false;
    if (str_ends(uri, "/.") || str_ends(uri, "/..") || strchr(uri, '#') != NULL || has_bad_escape(uri, true)) {
        return false;
    }
    if (head->query == NULL) return true;
    return strlen(head->query) <= GATE_QUERY_MAX && is_visible_ascii(head->query) &&
           !has_bad_escape(head->query, false);
}

static bool is_ip_literal(const char *host) {
    if (host[0] == '[') return str_ends(host, "]") && strspn(host + 1, "0123456789abcdef:.]") == strlen(host) - 1;
    return strchr(host, '.') != NULL && strspn(host, "0123456789.") == strlen(host);
}

/* Splits "name:port" into the lower-case name; false if it is not one. */
static bool host_name(const char *value, char out[256]) {
    size_t len = strlen(value);
    if (len == 0 || len >= 256) return false;
    for (size_t i = 0; i <= len; i++) {
        char byte = value[i];
        out[i] = byte >= 'A' && byte <= 'Z' ? (char)(byte + 32) : byte;
    }
    char *colon = strrchr(out, ':');
    if (colon != NULL && (out[0] != '[' || colon[-1] == ']')) {
        if (colon == out || strlen(colon + 1) > 5 || strspn(colon + 1, "0123456789") != strlen(colon + 1)) return false;
        *colon = '\0';
    }
    if (out[0] == '[') return is_ip_literal(out);
    return strspn(out, "abcdefghijklmnopqrstuvwxyz0123456789.-_") == strlen(out);
}

/* A browser tricked into resolving somebody's name to our address (DNS rebinding) sends that name here. */
static bool host_is_ours(const char *value, const struct gate_rules *rules) {
    char name[256];
    if (!host_name(value, name)) return false;
    if (rules->any_host || is_ip_literal(name) || str_eq(name, "localhost")) return true;
    for (size_t i = 0; rules->hosts != NULL && rules->hosts[i] != NULL; i++) {
        if (str_eq(name, rules->hosts[i])) return true;
    }
    return false;
}

static bool parse_length(const char *text, int64_t *out) {
    size_t len = strlen(text);
    if (len < 1 || len > 9 || strspn(text, "0123456789") != len) return false;
    return str_to_i64(text, out);
}

#define REFUSE(status, word) return *code = (word), (status)

static int check_framing(const struct gate_head *head, struct gate_pass *pass, const char **code) {
    const struct http_pair *length = find_header(head, "Content-Length");
    const struct http_pair *encoding = find_header(head, "Transfer-Encoding");
    if (encoding != NULL && length != NULL) REFUSE(400, "request.framing");
    if (encoding != NULL) REFUSE(411, "request.length_required");
    if (length != NULL && !parse_length(length->value, &pass->content_length)) REFUSE(400, "request.framing");
    bool body_method = pass->method == HTTP_POST || pass->method == HTTP_PUT || pass->method == HTTP_PATCH;
    if (length == NULL && body_method) REFUSE(411, "request.length_required");
    if (find_header(head, "Upgrade") != NULL && pass->method != HTTP_GET) REFUSE(400, "request.framing");
    const struct http_pair *expect = find_header(head, "Expect");
    if (expect != NULL && strcasecmp(expect->value, "100-continue") != 0) REFUSE(417, "request.expectation");
    pass->expect_continue = expect != NULL;
    return 0;
}

static int check_method(const struct gate_head *head, struct gate_pass *pass, const char **code) {
    for (size_t i = 0; i < sizeof METHODS / sizeof *METHODS; i++) {
        if (!str_eq(head->method, METHODS[i].name)) continue;
        pass->method = METHODS[i].method;
        pass->method_name = METHODS[i].name;
        pass->head = str_eq(head->method, "HEAD");
        return 0;
    }
    REFUSE(str_eq(head->method, "OPTIONS") ? 405 : 501, "request.method");
}

static int check_host(const struct gate_head *head, const struct gate_rules *rules, const char **code) {
    const struct http_pair *host = find_header(head, "Host");
    if (host == NULL && str_eq(head->version, "1.1")) REFUSE(400, "request.host");
    if (host != NULL && !host_is_ours(host->value, rules)) REFUSE(421, "request.host");
    return 0;
}

int gate_check(const struct gate_head *head, const struct gate_rules *rules, struct gate_pass *pass,
               const char **code) {
    *pass = (struct gate_pass){ 0 };
    if (head->header_count > GATE_HEADERS_MAX) REFUSE(431, "request.too_many_headers");
    if (!str_eq(head->version, "1.1") && !str_eq(head->version, "1.0")) REFUSE(505, "request.version");
    if (head->cut || !headers_are_plain(head) || has_doubles(head)) REFUSE(400, "request.headers");
    if (!uri_is_plain(head)) REFUSE(400, "request.uri");
    int status = check_method(head, pass, code);
    if (status == 0) status = check_host(head, rules, code);
    return status != 0 ? status : check_framing(head, pass, code);
}
