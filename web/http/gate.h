/* Gate: decides from the request head alone whether we talk at all. Everything that two HTTP parsers could read
 * in two ways is refused here (RFC 9112 §11.2), because the library in front of us is lax. Pure, no I/O. */
#ifndef BONGSU_WEB_GATE_H
#define BONGSU_WEB_GATE_H

#include "http/http.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    GATE_HEADERS_MAX = 63, /* the library drops the 65th silently, so 64 could be 65 */
    GATE_URI_MAX = 4096,
    GATE_QUERY_MAX = 8192,
};

struct gate_head { /* as it came over the wire, nothing decoded */
    const char *method, *uri, *query, *version; /* version "1.1"; query may be NULL */
    const struct http_pair *headers;
    size_t header_count;
    bool cut; /* the server knows that the library did not see every line as it was sent */
};

struct gate_rules {
    const char *const *hosts; /* names we answer to, lower case without port, ended by NULL */
    bool any_host; /* no public name is known: take every well-formed one */
};

struct gate_pass {
    enum http_method method;
    bool head; /* HEAD, served as GET without its body */
    const char *method_name; /* "GET", for logs; HEAD stays HEAD */
    int64_t content_length; /* 0 without a body */
    bool expect_continue;
};

/* 0: *pass is filled. Otherwise the HTTP status of the refusal; *code is the error code. */
int gate_check(const struct gate_head *head, const struct gate_rules *rules, struct gate_pass *pass, const char **code);

#endif
