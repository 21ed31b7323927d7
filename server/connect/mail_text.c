/* MIME: see mail_text.h. Bodies are base64 in lines of 76, so that neither Korean nor a lone dot meets a relay. */
#include "connect/mail_text.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/json.h"
#include "base/secret.h"
#include "base/str.h"

#include <sodium.h>
#include <string.h>
#include <strings.h>

/* Of the source: 60 and 76 characters as base64; the first word shares its line with the header's name. */
enum { FIRST_BYTES = 30, WORD_BYTES = 45, LINE_BYTES = 57, HEADER_MAX = 8000 };

static void add_base64(struct buf *out, const char *bytes, size_t len) {
    char text[sodium_base64_ENCODED_LEN(LINE_BYTES, sodium_base64_VARIANT_ORIGINAL)];
    sodium_bin2base64(text, sizeof text, (const unsigned char *)bytes, len, sodium_base64_VARIANT_ORIGINAL);
    buf_puts(out, text);
}

static void add_body(struct buf *out, const char *text) {
    struct buf lines; /* CR LF within as well: what is signed or compared later is the same everywhere */
    buf_init(&lines, out->arena, MAIL_MAX);
    for (; *text != '\0'; text++) {
        if (*text == '\r') continue;
        if (*text == '\n') buf_putc(&lines, '\r');
        buf_putc(&lines, *text);
    }
    if (lines.overflow) out->overflow = true;
    for (size_t at = 0; at < lines.len; at += LINE_BYTES) {
        add_base64(out, lines.data + at, lines.len - at < LINE_BYTES ? lines.len - at : LINE_BYTES);
        buf_puts(out, "\r\n");
    }
}

/* One line without control characters: nobody's text may start a header of its own. */
static char *one_line(struct arena *arena, const char *text) {
    char *line = arena_strn(arena, text, strnlen(text, HEADER_MAX));
    for (char *at = line; *at != '\0'; at++) {
        if ((unsigned char)*at < ' ' || *at == 0x7f) *at = ' ';
    }
    return line;
}

static bool plain_ascii(const char *text) {
    for (; *text != '\0'; text++) {
        if ((unsigned char)*text >= 0x80) return false;
    }
    return true;
}

/* As many whole letters as fit one encoded word of so many bytes. */
static size_t word_len(const char *text, size_t left, size_t room) {
    size_t len = 0;
    for (uint32_t point; len < left;) {
        size_t step = utf8_next(text + len, left - len, &point);
        if (step == 0 || len + step > room) break;
        len += step;
    }
    return len;
}

char *mail_header_text(struct arena *arena, const char *text) {
    struct buf out;
    const char *line = one_line(arena, text);
    size_t left = strlen(line);
    if (plain_ascii(line) && left <= 900 && strstr(line, "=?") == NULL) return arena_str(arena, line);
    buf_init(&out, arena, 4 * HEADER_MAX);
    while (left > 0) {
        size_t len = word_len(line, left, out.len == 0 ? FIRST_BYTES : WORD_BYTES);
        if (len == 0) break; /* cut in the middle of a letter by the limit */
        if (out.len > 0) buf_puts(&out, "\r\n ");
        buf_puts(&out, "=?UTF-8?B?");
        add_base64(&out, line, len);
        buf_puts(&out, "?=");
        line += len;
        left -= len;
    }
    return out.data;
}

char *mail_date(struct arena *arena, int64_t ms) {
    static const char *const DAYS[] = { "Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed" };
    static const char *const MONTHS[] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                          "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };
    int64_t seconds = ms / 1000 + 9 * 3600; /* Korean time, like what the mail says */
    int64_t day = seconds / 86400, rest = seconds % 86400;
    /* civil date of a day count (proleptic Gregorian, years from March) */
    int64_t shifted = day + 719468, era = shifted / 146097, of_era = shifted - era * 146097;
    int64_t year = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
    int64_t of_year = of_era - (365 * year + year / 4 - year / 100), month = (5 * of_year + 2) / 153;
    int64_t of_month = of_year - (153 * month + 2) / 5 + 1;
    int64_t civil = month < 10 ? month + 3 : month - 9;
    return arena_printf(arena, "%s, %02d %s %04d %02d:%02d:%02d +0900", DAYS[day % 7], (int)of_month, MONTHS[civil - 1],
                        (int)(year + era * 400 + (civil <= 2)), (int)(rest / 3600), (int)(rest / 60 % 60),
                        (int)(rest % 60));
}

const char *mail_address(struct arena *arena, const char *text) {
    if (text == NULL || !utf8_printable(text, strlen(text), false)) return NULL;
    const char *open = strrchr(text, '<');
    const char *address = open == NULL ? text : arena_strn(arena, open + 1, strcspn(open + 1, ">"));
    const char *at = strchr(address, '@');
    bool fits = at != NULL && at != address && at[1] != '\0' && strchr(at + 1, '@') == NULL && strlen(address) <= 254;
    for (const char *c = address; *c != '\0'; c++) {
        if ((unsigned char)*c <= ' ' || strchr("<>,;\"()", *c) != NULL || *c == 0x7f) fits = false;
    }
    return fits ? address : NULL;
}

/* --- the whole --- */

static void add_header(struct buf *out, const char *name, const char *value) {
    buf_printf(out, "%s: %s\r\n", name, mail_header_text(out->arena, value));
}

static void add_from(struct buf *out, const char *from) {
    const char *open = strrchr(from, '<');
    const char *address = mail_address(out->arena, from);
    char *name = open == NULL ? arena_str(out->arena, "")
                              : str_clean(out->arena, arena_strn(out->arena, from, (size_t)(open - from)));
    size_t len = strlen(name);
    if (len >= 2 && name[0] == '"' && name[len - 1] == '"') name = arena_strn(out->arena, name + 1, len - 2);
    for (char *at = name; *at != '\0'; at++) {
        if (*at == '"' || *at == '\\') *at = '\'';
    }
    if (*name == '\0') buf_printf(out, "From: %s\r\n", address == NULL ? "" : address);
    else if (plain_ascii(name)) buf_printf(out, "From: \"%s\" <%s>\r\n", one_line(out->arena, name), address);
    else buf_printf(out, "From: %s <%s>\r\n", mail_header_text(out->arena, name), address);
}

static bool ours(const char *name) {
    static const char *const OURS[] = { "From",       "To",           "Subject",      "Date",
                                        "Message-ID", "MIME-Version", "Content-Type", "Content-Transfer-Encoding",
                                        "Bcc",        "Cc",           "Sender",       NULL };
    for (size_t i = 0; OURS[i] != NULL; i++) {
        if (strcasecmp(OURS[i], name) == 0) return true;
    }
    return name[strspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-")] != '\0';
}

static void add_headers(struct buf *out, const struct mail_parts *parts) {
    const char *name;
    json_t *value;
    json_t *more = parts->headers == NULL ? NULL : json_deep_copy(parts->headers);
    buf_printf(out, "Date: %s\r\n", mail_date(out->arena, parts->date_ms));
    add_from(out, parts->from);
    buf_printf(out, "To: %s\r\n", parts->to);
    add_header(out, "Subject", parts->subject);
    buf_printf(out, "Message-ID: <%s>\r\nMIME-Version: 1.0\r\n", parts->message_id);
    buf_puts(out, "Auto-Submitted: auto-generated\r\nX-Auto-Response-Suppress: All\r\n");
    json_object_foreach(more, name, value) {
        if (json_is_string(value) && !ours(name)) add_header(out, name, json_string_value(value));
    }
    json_decref(more);
}

static void add_part(struct buf *out, const char *type, const char *disposition, const char *text) {
    buf_printf(out, "Content-Type: %s\r\nContent-Transfer-Encoding: base64\r\n", type);
    if (disposition != NULL) buf_printf(out, "Content-Disposition: %s\r\n", disposition);
    buf_puts(out, "\r\n");
    add_body(out, text);
}

static void add_texts(struct buf *out, const struct mail_parts *parts, const char *boundary) {
    if (parts->html == NULL) {
        add_part(out, "text/plain; charset=utf-8", NULL, parts->text);
        return;
    }
    buf_printf(out, "Content-Type: multipart/alternative;\r\n boundary=\"a-%s\"\r\n\r\n--a-%s\r\n", boundary, boundary);
    add_part(out, "text/plain; charset=utf-8", NULL, parts->text);
    buf_printf(out, "--a-%s\r\n", boundary);
    add_part(out, "text/html; charset=utf-8", NULL, parts->html);
    buf_printf(out, "--a-%s--\r\n", boundary);
}

/* A name for a file that every reader can save. */
static char *file_name(struct arena *arena, const char *typed) {
    static const char PLAIN[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-";
    char *name = arena_str(arena, typed == NULL || *typed == '\0' ? "attachment.txt" : typed);
    for (char *at = name; *at != '\0'; at++) {
        if (strchr(PLAIN, *at) == NULL) *at = '-';
    }
    return name;
}

static void add_attachment(struct buf *out, const json_t *item) {
    const char *type = json_text(item, "type");
    const char *text = json_text(item, "text");
    const char *shown = one_line(out->arena, type == NULL ? "text/plain" : type);
    const char *charset = strstr(shown, "charset") == NULL ? "; charset=utf-8" : "";
    add_part(out, arena_printf(out->arena, "%s%s", shown, charset),
             arena_printf(out->arena, "attachment; filename=\"%s\"", file_name(out->arena, json_text(item, "name"))),
             text == NULL ? "" : text);
}

char *mail_mime(struct arena *arena, const struct mail_parts *parts, size_t *len) {
    struct buf out;
    size_t at;
    const json_t *item;
    char hash[SECRET_HASH_SIZE]; /* the same on retries, and not to be guessed from the text */
    secret_hash(parts->message_id, strlen(parts->message_id), hash);
    hash[32] = '\0';
    buf_init(&out, arena, MAIL_MAX);
    add_headers(&out, parts);
    if (json_array_size(parts->attachments) == 0) {
        add_texts(&out, parts, hash);
    } else {
        buf_printf(&out, "Content-Type: multipart/mixed;\r\n boundary=\"m-%s\"\r\n\r\n--m-%s\r\n", hash, hash);
        add_texts(&out, parts, hash);
        json_array_foreach(parts->attachments, at, item) {
            buf_printf(&out, "--m-%s\r\n", hash);
            add_attachment(&out, item);
        }
        buf_printf(&out, "--m-%s--\r\n", hash);
    }
    *len = out.len;
    return out.overflow ? NULL : out.data;
}
