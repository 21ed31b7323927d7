/* The status page's own words and zone, as /settings/status keeps them: see status.h. */
#include "notice/status_internal.h"
#include "notice/status_json.h"

#include "base/arena.h"
#include "base/json.h"
#include "base/str.h"
#include "text/i18n.h"
#include "text/when.h"

#include <string.h>

static const char *word_of(const json_t *settings, const char *name) {
    const char *text = json_text(settings, name);
    return str_blank(text) ? "" : text;
}

bool status_words_find(struct tx *tx, const struct organisation *organisation, struct status_words *out,
                       struct error *err) {
    struct arena *arena = tx_op(tx)->arena;
    const char *text;
    json_t *settings;
    int64_t changed;
    struct error ignored;
    if (!status_setting_row(tx, &text, &changed, err) || !json_parse(arena, text, strlen(text), &settings, err))
        return false;
    *out = (struct status_words){ .title = word_of(settings, "title"),
                                  .title_en = word_of(settings, "title_en"),
                                  .about = word_of(settings, "about"),
                                  .about_en = word_of(settings, "about_en"),
                                  .contact_url = word_of(settings, "contact_url"),
                                  .zone = word_of(settings, "time_zone"),
                                  .changed = changed };
    /* checked when it was saved; a zone that has left tzdata since must not take the page down */
    if (*out->zone != '\0' && tz_find(out->zone, &out->tz, &ignored)) return true;
    out->zone = organisation->zone;
    out->tz = organisation->tz;
    return true;
}

static const char *of_language(const struct i18n *lang, const char *ko, const char *en) {
    return str_eq(i18n_code(lang), "en") && *en != '\0' ? en : ko;
}

const char *status_page_name(struct arena *arena, const struct status_site *site, const struct i18n *lang) {
    const char *own = of_language(lang, site->words.title, site->words.title_en);
    if (*own != '\0') return own;
    if (*site->organisation.name == '\0') return i18n_text(lang, "status.title");
    return i18n_format(lang, arena, "status.title_of", I18N_ARGS({ "name", site->organisation.name }));
}

const char *status_about(const struct status_site *site, const struct i18n *lang) {
    return of_language(lang, site->words.about, site->words.about_en);
}

/* --- planned work --- */

const char *status_maintenance_title(struct arena *arena, const struct status_maintenance *one,
                                     const struct i18n *lang) {
    const struct notice_text *text = str_eq(i18n_code(lang), "en") ? &one->en : &one->ko;
    const char *what = one->state == MAINTENANCE_CANCELLED ? "status.maintenance_cancelled"
                       : one->was_starts != 0              ? "status.maintenance_moved"
                                                           : "status.maintenance";
    return arena_printf(arena, "[%s] %s", i18n_text(lang, what), text->title);
}

const char *status_maintenance_was(struct arena *arena, const struct status_site *site,
                                   const struct status_maintenance *one, const struct i18n *lang) {
    if (one->was_starts == 0 || one->state == MAINTENANCE_CANCELLED) return NULL;
    const char *when = when_range(arena, site->words.tz, one->was_starts, one->was_ends, true);
    return i18n_format(lang, arena, "status.maintenance_was", I18N_ARGS({ "when", when }));
}
