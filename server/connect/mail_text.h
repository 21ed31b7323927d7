/* A mail as it goes over the wire: headers that any reader can show, text and HTML in one, files beside them. Pure. */
#ifndef BONGSU_CONNECT_MAIL_TEXT_H
#define BONGSU_CONNECT_MAIL_TEXT_H

#include <jansson.h>
#include <stdint.h>

struct arena;

enum { MAIL_MAX = 2 * 1024 * 1024 };

struct mail_parts {
    const char *from; /* "봉수 <bongsu@example.com>" or a bare address */
    const char *to; /* a bare address */
    const char *subject, *text;
    const char *html; /* NULL: text only */
    const char *message_id; /* without < > */
    int64_t date_ms;
    const json_t *headers; /* object of texts, may be NULL; ours cannot be replaced */
    const json_t *attachments; /* array of {name, type, text}, may be NULL */
};
/* Lines end in CR LF, none is longer than 76 octets but headers others gave us. NULL: longer than MAIL_MAX. */
char *mail_mime(struct arena *arena, const struct mail_parts *parts, size_t *len);

/* RFC 2047: as it is if plain ASCII, else words of at most 75 characters that never split a letter. */
char *mail_header_text(struct arena *arena, const char *text);
/* "Sun, 01 Mar 2026 20:15:00 +0900", English whatever the locale. */
char *mail_date(struct arena *arena, int64_t ms);
/* a@b.c of "Name <a@b.c>" or of "a@b.c"; NULL if it is none or cannot stand in a header. */
const char *mail_address(struct arena *arena, const char *text);

#endif
