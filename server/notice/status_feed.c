/* Atom and RSS of the status page: one entry an incident, whose id stays while its texts grow. */
#include "notice/status_json.h"

#include "base/arena.h"
#include "base/str.h"
#include "text/i18n.h"
#include "text/when.h"

#include <string.h>

/* Text of an XML element; characters XML 1.0 forbids are left out. */
static void put_xml(struct buf *out, const char *text) {
    size_t left = strlen(text);
    for (uint32_t point; left > 0;) {
        size_t len = utf8_next(text, left, &point);
        bool control = point < 0x20 && point != '\t' && point != '\n' && point != '\r';
        if (!control && point != 0xFFFE && point != 0xFFFF) buf_html(out, text, len);
        text += len;
        left -= len;
    }
}

static void element(struct buf *out, const char *name, const char *text) {
    buf_printf(out, "<%s>", name);
    put_xml(out, text);
    buf_printf(out, "</%s>\n", name);
}

/* All notices of the incident as HTML, newest first; it is escaped once more as the feed's text. */
static const char *body_of(struct arena *arena, const struct status_site *site, const struct status_reader *reader,
                           const struct status_incident *incident) {
    struct buf html;
    buf_init(&html, arena, 1024 * 1024);
    for (size_t i = 0; i < incident->count; i++) {
        const struct status_update *update = &incident->updates[i];
        const char *text = status_text(update, reader->lang)->text;
        const char *stage = arena_printf(arena, "notice.stage.%s", notice_stage_name(update->stage));
        buf_printf(&html, "<p><small>%s</small> <strong>%s</strong><br>",
                   when_long(arena, site->words.tz, reader->lang, update->at), i18n_text(reader->lang, stage));
        for (const char *line = text; *line != '\0';) {
            size_t len = strcspn(line, "\n");
            buf_html(&html, line, len);
            line += len;
            if (*line == '\n') {
                buf_puts(&html, "<br>");
                line++;
            }
        }
        buf_puts(&html, "</p>");
    }
    return html.data;
}

/* RFC 822 with English names in any locale: "Sun, 01 Mar 2026 20:15:00 +0900". */
static const char *rfc822(struct arena *arena, const struct tz *tz, int64_t ms) {
    static const char *const DAYS[] = { "Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun" };
    static const char *const MONTHS[] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                          "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };
    struct civil c;
    int32_t offset = tz_offset(tz, ms / 1000), minutes = (offset < 0 ? -offset : offset) / 60;
    tz_local(tz, ms / 1000, &c);
    return arena_printf(arena, "%s, %02d %s %04lld %02d:%02d:%02d %c%02d%02d",
                        DAYS[civil_weekday(civil_days(c.year, c.month, c.day))], c.day, MONTHS[c.month - 1],
                        (long long)c.year, c.hour, c.minute, c.second, offset < 0 ? '-' : '+', minutes / 60,
                        minutes % 60);
}

static const char *link_of(struct arena *arena, const struct status_reader *reader,
                           const struct status_incident *incident) {
    return arena_printf(arena, "%s/status/history#%s", reader->base_url, incident->id);
}

static void atom_entry(struct arena *arena, const struct status_site *site, const struct status_reader *reader,
                       const struct status_incident *incident, struct buf *out) {
    buf_puts(out, "<entry>\n");
    element(out, "id", arena_printf(arena, "tag:bongsu,2026:notice/%s", incident->id));
    element(out, "title", status_text(&incident->updates[0], reader->lang)->title);
    element(out, "updated", when_rfc3339(arena, incident->updated));
    element(out, "published", when_rfc3339(arena, incident->created));
    buf_puts(out, "<link rel=\"alternate\" type=\"text/html\" href=\"");
    put_xml(out, link_of(arena, reader, incident));
    buf_puts(out, "\"/>\n<content type=\"html\">");
    put_xml(out, body_of(arena, site, reader, incident));
    buf_puts(out, "</content>\n</entry>\n");
}

static void rss_item(struct arena *arena, const struct status_site *site, const struct status_reader *reader,
                     const struct status_incident *incident, struct buf *out) {
    buf_puts(out, "<item>\n");
    element(out, "title", status_text(&incident->updates[0], reader->lang)->title);
    element(out, "link", link_of(arena, reader, incident));
    buf_puts(out, "<guid isPermaLink=\"true\">");
    put_xml(out, link_of(arena, reader, incident));
    buf_puts(out, "</guid>\n");
    element(out, "pubDate", rfc822(arena, site->words.tz, incident->created));
    element(out, "description", body_of(arena, site, reader, incident));
    buf_puts(out, "</item>\n");
}

/* Planned work that is not over yet; it leaves the feed when it is. */
static void maintenance_entry(struct arena *arena, const struct status_site *site, const struct status_reader *reader,
                              const struct status_maintenance *one, enum status_feed kind, struct buf *out) {
    const struct notice_text *text = str_eq(i18n_code(reader->lang), "en") ? &one->en : &one->ko;
    const char *link = arena_printf(arena, "%s/status#%s", reader->base_url, one->id);
    struct buf html;
    buf_init(&html, arena, 64 * 1024);
    buf_printf(&html, "<p><small>%s</small></p><p>", when_range(arena, site->words.tz, one->starts, one->ends, true));
    buf_html(&html, text->text, strlen(text->text));
    buf_puts(&html, "</p>");
    const char *was = status_maintenance_was(arena, site, one, reader->lang);
    if (was != NULL) buf_printf(&html, "<p>%s</p>", was);
    const char *title = status_maintenance_title(arena, one, reader->lang);
    if (kind == STATUS_ATOM) {
        buf_puts(out, "<entry>\n");
        element(out, "id", arena_printf(arena, "tag:bongsu,2026:maintenance/%s", one->id));
        element(out, "title", title);
        element(out, "updated", when_rfc3339(arena, one->updated));
        element(out, "published", when_rfc3339(arena, one->created));
        buf_puts(out, "<link rel=\"alternate\" type=\"text/html\" href=\"");
        put_xml(out, link);
        buf_puts(out, "\"/>\n<content type=\"html\">");
        put_xml(out, html.data);
        buf_puts(out, "</content>\n</entry>\n");
        return;
    }
    buf_puts(out, "<item>\n");
    element(out, "title", title);
    element(out, "link", link);
    buf_puts(out, "<guid isPermaLink=\"true\">");
    put_xml(out, link);
    buf_puts(out, "</guid>\n");
    element(out, "pubDate", rfc822(arena, site->words.tz, one->created));
    element(out, "description", html.data);
    buf_puts(out, "</item>\n");
}

static size_t maintenance_entries(struct arena *arena, const struct status_site *site,
                                  const struct status_reader *reader, enum status_feed kind, struct buf *out) {
    size_t count = 0;
    for (size_t i = 0; i < site->maintenance_count && count < STATUS_FEED_MAX / 2; i++) {
        if (site->maintenances[i].state == MAINTENANCE_COMPLETED) continue;
        maintenance_entry(arena, site, reader, &site->maintenances[i], kind, out);
        count++;
    }
    return count;
}

static void feed_head(struct arena *arena, const struct status_site *site, const struct status_reader *reader,
                      enum status_feed kind, struct buf *out) {
    const char *title = status_page_name(arena, site, reader->lang), *lang = i18n_code(reader->lang);
    const char *page = arena_printf(arena, "%s/status", reader->base_url);
    const char *about = status_about(site, reader->lang);
    if (*about == '\0') about = i18n_text(reader->lang, "status.feed");
    const char *self = arena_printf(arena, "%s/feed.%s?lang=%s", page, kind == STATUS_ATOM ? "atom" : "rss", lang);
    buf_puts(out, "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n");
    if (kind == STATUS_ATOM) {
        buf_printf(out, "<feed xmlns=\"http://www.w3.org/2005/Atom\" xml:lang=\"%s\">\n", lang);
        element(out, "id", "tag:bongsu,2026:status");
        element(out, "title", title);
        element(out, "subtitle", about);
        element(out, "updated", when_rfc3339(arena, site->changed));
        buf_puts(out, "<link rel=\"self\" type=\"application/atom+xml\" href=\"");
        put_xml(out, self);
        buf_puts(out, "\"/>\n<link rel=\"alternate\" type=\"text/html\" href=\"");
        put_xml(out, page);
        buf_puts(out, "\"/>\n<author>");
        element(out, "name", title);
        buf_puts(out, "</author>\n");
        return;
    }
    buf_puts(out, "<rss version=\"2.0\" xmlns:atom=\"http://www.w3.org/2005/Atom\">\n<channel>\n");
    element(out, "title", title);
    element(out, "link", page);
    element(out, "description", about);
    element(out, "language", lang);
    element(out, "lastBuildDate", rfc822(arena, site->words.tz, site->changed));
    buf_puts(out, "<atom:link rel=\"self\" type=\"application/rss+xml\" href=\"");
    put_xml(out, self);
    buf_puts(out, "\"/>\n");
}

void status_feed(struct arena *arena, const struct status_site *site, const struct status_reader *reader,
                 enum status_feed kind, struct buf *out) {
    feed_head(arena, site, reader, kind, out);
    size_t used = maintenance_entries(arena, site, reader, kind, out);
    for (size_t i = 0; i < site->incident_count && i + used < STATUS_FEED_MAX; i++) {
        if (kind == STATUS_ATOM) atom_entry(arena, site, reader, &site->incidents[i], out);
        else rss_item(arena, site, reader, &site->incidents[i], out);
    }
    buf_puts(out, kind == STATUS_ATOM ? "</feed>\n" : "</channel>\n</rss>\n");
}
