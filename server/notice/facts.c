/* The facts of a notice: see facts.h. */
#include "notice/facts.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/json.h"
#include "base/str.h"
#include "incident/incident.h"
#include "notice/scenario.h"
#include "notice/sms.h"
#include "policy/organisation.h"
#include "service/service.h"
#include "text/i18n.h"
#include "text/when.h"

#include <string.h>

enum { A_DAY = 24 * 60 };

#define FACT_NAMES                                                                                             \
    "service", "impact", "organisation", "start", "end", "date", "range", "duration", "about", "next", "zone", \
        "start_spoken", "end_spoken", "next_spoken"
const char *const NOTICE_NAMES[] = { FACT_NAMES, NULL };
static const char *const CHANNEL_NAMES[] = { FACT_NAMES, "headline", "body", "gist", NULL };

static const char *english_name(const struct component_list *list, const struct incident *incident) {
    for (size_t i = 0; i < list->count; i++) {
        const struct component *one = &list->items[i];
        if (one->service_id == incident->service_id && str_eq(one->name, incident->service_name) &&
            !str_blank(one->name_en))
            return one->name_en;
    }
    return incident->service_name;
}

bool notice_facts(struct tx *tx, const struct incident *incident, int64_t next_ms, struct notice_facts *out,
                  struct error *err) {
    struct organisation organisation;
    struct component_list components;
    if (!organisation_find(tx, &organisation, err) || !component_find_public(tx, &components, err)) return false;
    *out = (struct notice_facts){
        .service = incident->service_name,
        .service_en = english_name(&components, incident),
        .impact = incident->impact,
        .organisation = organisation.name,
        .start_ms = incident_begin(incident),
        .end_ms = incident->phase_at[PHASE_RECOVERED],
        .next_ms = next_ms,
        .tz = organisation.tz,
    };
    return true;
}

/* "약 15분", "약 2일 3시간" (from a day on rounded to hours), "1분 미만". */
static char *about(struct arena *arena, const struct i18n *lang, int64_t minutes) {
    if (minutes < 1) return arena_str(arena, i18n_text(lang, "notice.under_a_minute"));
    if (minutes >= A_DAY) minutes = (minutes + 30) / 60 * 60;
    return i18n_format(lang, arena, "notice.about", I18N_ARGS({ "span", when_minutes(arena, lang, minutes) }));
}

/* "19시 30분" */
static char *spoken(struct arena *arena, const struct i18n *lang, const struct tz *tz, int64_t ms) {
    struct civil c;
    tz_local(tz, ms / 1000, &c);
    const char *hour = arena_printf(arena, "%d", c.hour);
    bool digits = str_eq(i18n_code(lang), "en"); /* 7:05, but 7시 5분 */
    const char *minute = digits ? arena_printf(arena, "%02d", c.minute) : arena_printf(arena, "%d", c.minute);
    const char *key = c.minute == 0 ? "notice.spoken_hour" : "notice.spoken";
    return i18n_format(lang, arena, key, I18N_ARGS({ "hour", hour }, { "minute", minute }));
}

static const char *range(struct arena *arena, const struct notice_facts *facts, const struct i18n *lang) {
    if (facts->end_ms != 0) return when_range(arena, facts->tz, facts->start_ms, facts->end_ms, false);
    return i18n_format(lang, arena, "notice.range_open",
                       I18N_ARGS({ "start", when_minute(arena, facts->tz, facts->start_ms) }));
}

static const char *or_word(const char *text, const struct i18n *lang) {
    return str_blank(text) ? i18n_text(lang, "notice.the_service") : text;
}

json_t *notice_vars(struct arena *arena, const struct notice_facts *facts, const struct i18n *lang) {
    json_t *vars = json_obj(arena);
    int64_t minutes = when_minutes_between(facts->start_ms, facts->end_ms);
    bool ended = facts->end_ms != 0;
    bool korea = str_eq(tz_name(facts->tz), "Asia/Seoul");
    bool english = str_eq(i18n_code(lang), "en");
    json_put_text(vars, "service", or_word(english ? facts->service_en : facts->service, lang));
    json_put_text(vars, "impact", str_blank(facts->impact) ? NULL : facts->impact);
    json_put_text(vars, "organisation", or_word(facts->organisation, lang));
    json_put_text(vars, "start", when_clock(arena, facts->tz, facts->start_ms));
    json_put_text(vars, "end", ended ? when_clock(arena, facts->tz, facts->end_ms) : NULL);
    json_put_text(vars, "date", when_date(arena, facts->tz, facts->start_ms));
    json_put_text(vars, "range", range(arena, facts, lang));
    json_put_text(vars, "duration", ended ? when_minutes(arena, lang, minutes) : NULL);
    json_put_text(vars, "about", ended ? about(arena, lang, minutes) : NULL);
    json_put_text(vars, "next", facts->next_ms == 0 ? NULL : when_clock(arena, facts->tz, facts->next_ms));
    json_put_text(vars, "zone", korea ? "KST" : tz_name(facts->tz));
    json_put_text(vars, "start_spoken", spoken(arena, lang, facts->tz, facts->start_ms));
    json_put_text(vars, "end_spoken", ended ? spoken(arena, lang, facts->tz, facts->end_ms) : NULL);
    json_put_text(vars, "next_spoken", facts->next_ms == 0 ? NULL : spoken(arena, lang, facts->tz, facts->next_ms));
    json_put_text(vars, "headline", NULL);
    json_put_text(vars, "body", NULL);
    json_put_text(vars, "gist", NULL);
    return vars;
}

static bool only_missing(const struct notice_faults *faults) {
    for (size_t i = 0; i < faults->count; i++) {
        if (!str_eq(faults->list[i].code, "not_text")) return false;
    }
    return true;
}

bool notice_fill(struct arena *arena, const char *text, const json_t *vars, const struct i18n *lang, char **out,
                 struct notice_faults *faults) {
    struct buf filled;
    buf_init(&filled, arena, NOTICE_FILLED_BYTES_MAX);
    if (!notice_check(arena, text, CHANNEL_NAMES, faults)) return false; /* places in the whole text */
    bool first = true;
    while (*text != '\0') {
        size_t len = strcspn(text, "\n");
        char *line;
        if (notice_render(arena, arena_strn(arena, text, len), vars, lang, &line, faults)) {
            if (!first) buf_putc(&filled, '\n');
            buf_puts(&filled, line);
            first = false;
        } else if (!only_missing(faults)) {
            return false;
        }
        text += text[len] == '\n' ? len + 1 : len;
    }
    *out = filled.data;
    return !filled.overflow;
}

/* --- channels --- */

static const char *first_line(struct arena *arena, const char *text) {
    return arena_strn(arena, text, strcspn(text, "\n"));
}

/* The body without what is said anyway: apologies, the time of the next notice. */
static const char *gist(struct arena *arena, const char *body, const char *formalities) {
    char **lines, **formal;
    size_t count = str_split(arena, body, "\n", &lines), formal_count = str_split(arena, formalities, "|", &formal);
    struct buf out;
    buf_init(&out, arena, NOTICE_FILLED_BYTES_MAX);
    for (size_t i = 0; i < count; i++) {
        bool skipped = false;
        for (size_t f = 0; f < formal_count && !skipped; f++) skipped = str_starts(lines[i], formal[f]);
        if (skipped) continue;
        if (out.len > 0) buf_putc(&out, '\n');
        buf_puts(&out, lines[i]);
    }
    return out.data;
}

static bool channel(struct arena *arena, const json_t *vars, const struct i18n *lang, enum notice_stage stage,
                    const char *name, char **out, struct error *err) {
    const char *text;
    struct notice_faults faults;
    if (!scenario_channel(arena, i18n_code(lang), stage, name, &text, err)) return false;
    if (text == NULL) return ERROR(err, ERR_INTERNAL, "notice.template_invalid", "no text for channel %s", name);
    if (notice_fill(arena, text, vars, lang, out, &faults)) return true;
    return ERROR(err, ERR_INTERNAL, "notice.template_invalid", "channel %s: %s", name,
                 faults.count > 0 ? faults.list[0].what : "");
}

static json_t *sms_json(struct arena *arena, const char *text) {
    struct sms_size size = sms_measure(arena, text);
    json_t *sms = json_object();
    json_put_text(sms, "text", text);
    json_put_i64(sms, "bytes", (int64_t)size.bytes);
    json_put_text(sms, "kind", size.kind);
    json_put_text(sms, "missing", size.missing);
    return sms;
}

/* 알림톡 templates are approved by the carrier beforehand; only their variables may change. */
static json_t *kakao_json(const json_t *vars, const char *body) {
    static const char *const NAMES[][2] = { { "#{서비스}", "service" },
                                            { "#{시작}", "start" },
                                            { "#{종료}", "end" },
                                            { "#{시간}", "range" },
                                            { "#{다음안내}", "next" } };
    json_t *kakao = json_object();
    for (size_t i = 0; i < sizeof NAMES / sizeof *NAMES; i++) {
        const char *value = json_text(vars, NAMES[i][1]);
        json_put_text(kakao, NAMES[i][0], value == NULL ? "" : value);
    }
    json_put_text(kakao, "#{내용}", body);
    return kakao;
}

bool notice_channels(struct arena *arena, const struct notice_facts *facts, const struct i18n *lang, int stage,
                     const char *body, json_t **out, struct error *err) {
    json_t *vars = notice_vars(arena, facts, lang);
    json_put_text(vars, "headline", first_line(arena, body));
    json_put_text(vars, "body", body);
    const char *formalities;
    if (!scenario_formalities(arena, i18n_code(lang), &formalities, err)) return false;
    json_put_text(vars, "gist", gist(arena, body, formalities));
    char *texts[4];
    static const char *const NAMES[4] = { "banner", "sms", "ars", "phone" };
    for (int i = 0; i < 4; i++) {
        if (!channel(arena, vars, lang, (enum notice_stage)stage, NAMES[i], &texts[i], err)) return false;
    }
    json_t *all = json_obj(arena);
    json_put_text(all, "page", body);
    json_put_text(all, "banner", texts[0]);
    json_put(all, "sms", sms_json(arena, texts[1]));
    json_put(all, "kakao", kakao_json(vars, body));
    json_put_text(all, "ars", texts[2]);
    json_put_text(all, "phone", texts[3]);
    *out = all;
    return true;
}
