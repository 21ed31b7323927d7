/* The status page for programs, in the convention of Statuspage v2, and for feed readers. */
#ifndef BONGSU_NOTICE_STATUS_JSON_H
#define BONGSU_NOTICE_STATUS_JSON_H

#include "base/buf.h"
#include "notice/status.h"

struct i18n;

struct status_reader {
    const struct i18n *lang; /* of names and texts; a text without English stays Korean */
    const char *base_url; /* of the page, without a slash at its end */
};

/* As their addresses end: /api/v2/summary.json … */
enum status_answer {
    STATUS_SUMMARY,
    STATUS_STATUS,
    STATUS_COMPONENTS,
    STATUS_INCIDENTS,
    STATUS_UNRESOLVED,
    STATUS_MAINTENANCES,
    STATUS_UPCOMING,
    STATUS_ACTIVE,
    STATUS_ANSWER_COUNT
};
const char *status_answer_path(enum status_answer answer); /* "incidents/unresolved.json" */
json_t *status_json(struct arena *arena, const struct status_site *site, const struct status_reader *reader,
                    enum status_answer answer);

enum status_feed { STATUS_ATOM, STATUS_RSS };
void status_feed(struct arena *arena, const struct status_site *site, const struct status_reader *reader,
                 enum status_feed kind, struct buf *out);

/* What the templates under templates/status show. root: what addresses begin with ("/status" on the portal); suffix:
 * what pages end in ("" there, ".html" in files); other: the same page in the other language. */
struct status_links {
    const char *home, *history, *atom, *rss, *css, *icon, *other;
    const char *subscribe; /* NULL in files: without the portal nobody can subscribe */
};
json_t *status_view(struct arena *arena, const struct status_site *site, const struct status_reader *reader,
                    const struct status_links *links);

/* "[점검 취소] …": what became of it stands before its title; `was` is the time it was planned for before, or NULL. */
const char *status_maintenance_title(struct arena *arena, const struct status_maintenance *one,
                                     const struct i18n *lang);
const char *status_maintenance_was(struct arena *arena, const struct status_site *site,
                                   const struct status_maintenance *one, const struct i18n *lang);

const struct notice_text *status_text(const struct status_update *update, const struct i18n *lang);
/* Of the whole page: "none" "minor" "major" "critical", or "maintenance" while nothing else is going on. */
const char *status_verdict(const struct status_site *site);
const char *status_page_name(struct arena *arena, const struct status_site *site, const struct i18n *lang);
const char *status_about(const struct status_site *site, const struct i18n *lang); /* "" for none */

#endif
