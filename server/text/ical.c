/* iCalendar output: see ical.h. Lines end in CRLF and are folded at 75 octets between whole characters. */
#include "text/ical.h"

#include "base/arena.h"
#include "text/tz.h"

#include <string.h>

enum { LINE_OCTETS = 75, DAY = 86400 };

/* "NAME:value", folded. The value is complete: escaped where it needs to be. */
static void line(struct ical *ical, const char *name, const char *value) {
    struct buf *out = ical->out;
    size_t room = LINE_OCTETS - strlen(name) - 1;
    buf_puts(out, name);
    buf_putc(out, ':');
    for (size_t len = strlen(value); len > room;) {
        size_t part = room;
        while (part > 0 && ((unsigned char)value[part] & 0xc0) == 0x80) part--;
        buf_add(out, value, part);
        buf_puts(out, "\r\n ");
        value += part;
        len -= part;
        room = LINE_OCTETS - 1; /* the blank counts */
    }
    buf_puts(out, value);
    buf_puts(out, "\r\n");
}

static void text_line(struct ical *ical, const char *name, const char *text) {
    struct buf escaped;
    if (text == NULL) return;
    buf_init(&escaped, ical->out->arena, strlen(text) * 2 + 1);
    for (; *text != '\0'; text++) {
        unsigned char byte = (unsigned char)*text;
        if (byte == '\n') buf_puts(&escaped, "\\n");
        else if (byte == '\\' || byte == ';' || byte == ',') buf_printf(&escaped, "\\%c", byte);
        else if (byte >= 0x20 && byte != 0x7f) buf_putc(&escaped, (char)byte);
    }
    line(ical, name, escaped.data);
}

static void instant_line(struct ical *ical, const char *name, int64_t ms) {
    struct civil c;
    civil_from_seconds(ms / 1000, &c);
    line(ical, name,
         arena_printf(ical->out->arena, "%04lld%02d%02dT%02d%02d%02dZ", (long long)c.year, c.month, c.day, c.hour,
                      c.minute, c.second));
}

void ical_begin(struct ical *ical, struct buf *out, const char *name, const char *zone) {
    *ical = (struct ical){ .out = out, .zone = zone };
    line(ical, "BEGIN", "VCALENDAR");
    line(ical, "VERSION", "2.0");
    line(ical, "PRODID", "-//Bongsu//Incident Portal//KO");
    line(ical, "CALSCALE", "GREGORIAN");
    line(ical, "METHOD", "PUBLISH");
    text_line(ical, "NAME", name);
    text_line(ical, "X-WR-CALNAME", name);
    text_line(ical, "X-WR-TIMEZONE", zone);
    line(ical, "REFRESH-INTERVAL;VALUE=DURATION", "PT15M");
    line(ical, "X-PUBLISHED-TTL", "PT15M");
}

void ical_event(struct ical *ical, const struct ical_event *event) {
    struct arena *arena = ical->out->arena;
    ical->parts++;
    line(ical, "BEGIN", "VEVENT");
    line(ical, "UID", event->uid);
    instant_line(ical, "DTSTAMP", event->changed_ms);
    instant_line(ical, "LAST-MODIFIED", event->changed_ms);
    line(ical, "SEQUENCE", arena_printf(arena, "%lld", (long long)event->sequence));
    instant_line(ical, "DTSTART", event->start_ms);
    instant_line(ical, "DTEND", event->end_ms);
    text_line(ical, "SUMMARY", event->summary);
    text_line(ical, "DESCRIPTION", event->description);
    text_line(ical, "LOCATION", event->location);
    if (event->url != NULL) line(ical, "URL", event->url);
    line(ical, "TRANSP", event->busy ? "OPAQUE" : "TRANSPARENT");
    line(ical, "STATUS", event->cancelled ? "CANCELLED" : "CONFIRMED");
    line(ical, "END", "VEVENT");
}

/* --- zones --- */

static void offset_line(struct ical *ical, const char *name, int32_t offset) {
    int32_t minutes = (offset < 0 ? -offset : offset) / 60, seconds = (offset < 0 ? -offset : offset) % 60;
    const char *rest = seconds == 0 ? "" : arena_printf(ical->out->arena, "%02d", seconds);
    line(ical, name,
         arena_printf(ical->out->arena, "%c%02d%02d%s", offset < 0 ? '-' : '+', minutes / 60, minutes % 60, rest));
}

/* From the instant on the clock is `to` ahead of UTC; DTSTART is what it showed before. */
static void observance(struct ical *ical, int64_t at, int32_t from, int32_t to, bool daylight) {
    struct civil c;
    civil_from_seconds(at + from, &c);
    line(ical, "BEGIN", daylight ? "DAYLIGHT" : "STANDARD");
    line(ical, "DTSTART",
         arena_printf(ical->out->arena, "%04lld%02d%02dT%02d%02d%02d", (long long)c.year, c.month, c.day, c.hour,
                      c.minute, c.second));
    offset_line(ical, "TZOFFSETFROM", from);
    offset_line(ical, "TZOFFSETTO", to);
    line(ical, "END", daylight ? "DAYLIGHT" : "STANDARD");
}

/* The first instant in (at, until] with another offset; `until` if there is none. Clocks change at most once a day. */
static int64_t next_change(const struct tz *tz, int64_t at, int64_t until) {
    int32_t offset = tz_offset(tz, at);
    int64_t before = at;
    for (int64_t after = at; after < until; before = after) {
        after = after + DAY < until ? after + DAY : until;
        if (tz_offset(tz, after) == offset) continue;
        while (after - before > 1) {
            int64_t middle = before + (after - before) / 2;
            if (tz_offset(tz, middle) == offset) before = middle;
            else after = middle;
        }
        return after;
    }
    return until;
}

void ical_zone(struct ical *ical, const struct tz *tz, int64_t from, int64_t until) {
    int32_t least = tz_offset(tz, from), offset = least;
    for (int64_t at = from; (at = next_change(tz, at, until)) < until;) {
        if (tz_offset(tz, at) < least) least = tz_offset(tz, at);
    }
    ical->parts++;
    line(ical, "BEGIN", "VTIMEZONE");
    line(ical, "TZID", tz_name(tz));
    observance(ical, from, offset, offset, offset > least);
    for (int64_t at = from; (at = next_change(tz, at, until)) < until; offset = tz_offset(tz, at))
        observance(ical, at, offset, tz_offset(tz, at), tz_offset(tz, at) > least);
    line(ical, "END", "VTIMEZONE");
}

void ical_end(struct ical *ical) {
    const struct tz *tz;
    struct error unknown;
    if (ical->parts == 0 && tz_find(ical->zone, &tz, &unknown)) ical_zone(ical, tz, 0, 1);
    line(ical, "END", "VCALENDAR");
}
