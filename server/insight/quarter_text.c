/* The text of the quarterly review: see quarter.h. Every section is written from figures alone. */
#include "insight/quarter_internal.h"

#include "alert/alert.h"
#include "base/arena.h"
#include "base/buf.h"
#include "base/json.h"
#include "base/str.h"
#include "insight/insight_internal.h"
#include "policy/organisation.h"
#include "review/action_item.h"
#include "text/i18n.h"
#include "text/when.h"

enum { SECTION_TEXT_MAX = 256 * 1024, DOCUMENT_MAX = 1024 * 1024, TALLIES_SHOWN = 10 };

/* --- the text --- */

struct writing {
    struct op *op;
    const struct i18n *lang;
    struct buf out;
};

struct facts {
    struct insight insight;
    struct slo_list levels;
    struct action_figures actions;
    struct alert_accuracy alerts;
    struct lesson_list lessons;
};

static const char *text(const struct writing *writing, const char *key) {
    return i18n_text(writing->lang, arena_printf(writing->op->arena, "quarter.%s", key));
}

static void fact(struct writing *writing, const char *key, const char *value) {
    buf_printf(&writing->out, "- **%s**: %s\n", text(writing, key), value);
}

static void count_fact(struct writing *writing, const char *key, int64_t count) {
    fact(writing, key, arena_printf(writing->op->arena, "%lld", (long long)count));
}

static const char *percent(const struct writing *writing, int64_t value) {
    return value < 0 ? text(writing, "no_figure") : arena_printf(writing->op->arena, "%lld%%", (long long)value);
}

static const char *minutes(const struct writing *writing, int64_t value) {
    return value < 0 ? text(writing, "no_figure") : when_minutes(writing->op->arena, writing->lang, value);
}

/* A name people chose, in a table cell. */
static void cell(struct buf *out, const char *name) {
    for (; *name != '\0'; name++) {
        if (*name == '|') buf_puts(out, "\\|");
        else buf_putc(out, *name == '\n' ? ' ' : *name);
    }
}

static void tallies(struct writing *writing, const char *key, const struct tally_list *list, const char *labels) {
    struct buf *out = &writing->out;
    if (list->count == 0) return;
    buf_printf(out, "\n| %s | %s | %s |\n|---|---|---|\n", text(writing, key), text(writing, "count"),
               text(writing, "downtime"));
    for (size_t i = 0; i < list->count && i < TALLIES_SHOWN; i++) {
        const struct tally *tally = &list->items[i];
        const char *label = tally->label != NULL && *tally->label != '\0' ? tally->label : tally->key;
        if (labels != NULL && *tally->key != '\0') {
            label = i18n_text(writing->lang, arena_printf(writing->op->arena, "label.%s.%s", labels, tally->key));
        }
        buf_puts(out, "| ");
        cell(out, *label == '\0' ? text(writing, "not_given") : label);
        buf_printf(out, " | %lld | %s |\n", (long long)tally->count, minutes(writing, tally->down_minutes));
    }
}

static void write_frequency(struct writing *writing, const struct facts *facts) {
    const struct insight *insight = &facts->insight;
    count_fact(writing, "total", insight->total);
    count_fact(writing, "recovered", insight->recovered);
    count_fact(writing, "recurrences", insight->recurrences);
    tallies(writing, "severity", &insight->by_severity, NULL);
    tallies(writing, "service", &insight->by_service, NULL);
    tallies(writing, "category", &insight->by_category, "category");
}

static void write_times(struct writing *writing, const struct facts *facts) {
    const struct insight *insight = &facts->insight;
    buf_printf(&writing->out, "| %s | %s | %s | %s | %s |\n|---|---|---|---|---|\n", text(writing, "measure"),
               text(writing, "median"), text(writing, "mean"), text(writing, "p90"), text(writing, "recorded"));
    for (enum measure measure = MEASURE_DETECT; measure < MEASURE_COUNT; measure++) {
        const struct measure_figures *figures = &insight->measures[measure];
        buf_printf(&writing->out, "| %s | %s | %s | %s | %lld |\n",
                   text(writing, arena_printf(writing->op->arena, "measure_%s", measure_name(measure))),
                   minutes(writing, figures->median), minutes(writing, figures->mean), minutes(writing, figures->p90),
                   (long long)figures->recorded);
    }
    buf_puts(&writing->out, "\n");
    fact(writing, "updates", percent(writing, insight->updates.percent));
    fact(writing, "reports", percent(writing, insight->reports.percent));
    fact(writing, "retros", percent(writing, insight->retros.percent));
}

static void write_levels(struct writing *writing, const struct facts *facts) {
    const struct slo_list *levels = &facts->levels;
    if (levels->count == 0) return;
    buf_printf(&writing->out, "| %s | %s | %s | %s |\n|---|---|---|---|\n", text(writing, "service"),
               text(writing, "target"), text(writing, "actual"), text(writing, "used"));
    for (size_t i = 0; i < levels->count; i++) {
        const struct slo_row *row = &levels->items[i];
        buf_puts(&writing->out, "| ");
        cell(&writing->out, row->name);
        buf_printf(&writing->out, " | %lld.%03lld%% | %lld.%03lld%% | %lld%% |\n", (long long)row->target_milli / 1000,
                   (long long)row->target_milli % 1000, (long long)row->actual_milli / 1000,
                   (long long)row->actual_milli % 1000, (long long)row->used_percent);
    }
}

static void write_alerts(struct writing *writing, const struct facts *facts) {
    fact(writing, "accuracy", percent(writing, facts->alerts.percent));
}

static void write_actions(struct writing *writing, const struct facts *facts) {
    fact(writing, "completion", percent(writing, facts->actions.percent));
    count_fact(writing, "overdue", facts->actions.overdue);
}

static void write_manuals(struct writing *writing, const struct facts *facts) {
    for (size_t i = 0; i < facts->lessons.count; i++) {
        const struct lesson *lesson = &facts->lessons.items[i];
        if (str_blank(lesson->runbook_change)) continue;
        buf_printf(&writing->out, "- %s: %s\n", lesson->incident_ref, lesson->runbook_change);
    }
}

static void write_lessons(struct writing *writing, const struct facts *facts) {
    for (size_t i = 0; i < facts->lessons.count; i++) {
        const struct lesson *lesson = &facts->lessons.items[i];
        if (!str_blank(lesson->lesson)) buf_printf(&writing->out, "- %s: %s\n", lesson->incident_ref, lesson->lesson);
    }
}

static bool read_facts(struct tx *tx, struct quarter quarter, struct facts *out, struct error *err) {
    struct organisation organisation;
    struct insight_period period = { 0 };
    if (!organisation_find(tx, &organisation, err)) return false;
    quarter_span(organisation.tz, quarter, &period.from, &period.until);
    return insight_compute_tx(tx, &period, &out->insight, err) &&
           insight_slo_tx(tx, period.from, period.until, &out->levels, err) &&
           action_figures_tx(tx, NULL, &out->actions, err) &&
           alert_accuracy_tx(tx, period.from, period.until, &out->alerts, err) &&
           lessons_load(tx, period.from, period.until, &out->lessons, err);
}

bool quarter_draft(struct tx *tx, const struct i18n *lang, struct quarter_review *out, int64_t *incidents,
                   struct error *err) {
    static void (*const WRITERS[])(struct writing *, const struct facts *) = {
        [QUARTER_FREQUENCY] = write_frequency, [QUARTER_TIMES] = write_times,
        [QUARTER_ALERTS] = write_alerts,       [QUARTER_LEVELS] = write_levels,
        [QUARTER_ACTIONS] = write_actions,     [QUARTER_MANUALS] = write_manuals,
        [QUARTER_LESSONS] = write_lessons,     [QUARTER_PLAN] = NULL
    };
    struct facts facts;
    if (!read_facts(tx, out->quarter, &facts, err)) return false;
    for (enum quarter_part part = QUARTER_FREQUENCY; part < QUARTER_PART_COUNT; part++) {
        struct writing writing = { .op = tx_op(tx), .lang = lang };
        buf_init(&writing.out, tx_op(tx)->arena, SECTION_TEXT_MAX);
        if (WRITERS[part] != NULL) WRITERS[part](&writing, &facts);
        out->sections[part].body = str_clean(tx_op(tx)->arena, writing.out.data);
    }
    out->lang = i18n_code(lang);
    *incidents = facts.insight.total;
    return true;
}

/* --- the whole document --- */

const char *quarter_heading(struct op *op, const struct quarter_review *review, enum quarter_part part) {
    return i18n_text(i18n_get(review->lang), arena_printf(op->arena, "quarter.%s", quarter_part_name(part)));
}

bool quarter_title(struct op *op, const struct quarter_review *review, const char **out, struct error *err) {
    struct organisation organisation;
    if (!organisation_load(op, &organisation, err)) return false;
    const char *year = arena_printf(op->arena, "%d", review->quarter.year);
    const char *number = arena_printf(op->arena, "%d", review->quarter.number);
    *out = i18n_format(i18n_get(review->lang), op->arena, "quarter.title",
                       I18N_ARGS({ "year", year }, { "quarter", number }, { "organisation", organisation.name }));
    return true;
}

bool quarter_markdown(struct op *op, const struct quarter_review *review, const char **out, struct error *err) {
    struct organisation organisation;
    struct buf text;
    const char *title;
    int64_t from, until;
    if (!organisation_load(op, &organisation, err) || !quarter_title(op, review, &title, err)) return false;
    quarter_span(organisation.tz, review->quarter, &from, &until);
    buf_init(&text, op->arena, DOCUMENT_MAX);
    buf_printf(&text, "# %s\n\n%s ~ %s\n", title, when_date(op->arena, organisation.tz, from),
               when_date(op->arena, organisation.tz, until - 1));
    for (enum quarter_part part = QUARTER_FREQUENCY; part < QUARTER_PART_COUNT; part++) {
        const char *body = review->sections[part].body;
        buf_printf(&text, "\n## %s\n\n%s\n", quarter_heading(op, review, part), str_blank(body) ? "-" : body);
    }
    *out = text.data;
    return true;
}

json_t *quarter_json(struct op *op, const struct quarter_review *review) {
    json_t *json = json_obj(op->arena), *sections = json_object(), *versions = json_object();
    for (enum quarter_part part = QUARTER_FREQUENCY; part < QUARTER_PART_COUNT; part++) {
        if (review->sections[part].body == NULL) continue; /* a list comes without them */
        json_put_text(sections, quarter_part_name(part), review->sections[part].body);
        json_put_i64(versions, quarter_part_name(part), review->sections[part].version);
    }
    bool stored = review->id != 0;
    json_put_text(json, "name", quarter_name(op->arena, review->quarter));
    json_put_i64(json, "year", review->quarter.year);
    json_put_i64(json, "quarter", review->quarter.number);
    json_put_bool(json, "stored", stored);
    json_put_text(json, "lang", review->lang);
    json_put_text(json, "made_by", review->made_by);
    json_put_text(json, "made_at", stored ? when_rfc3339(op->arena, review->made_at) : NULL);
    json_put_text(json, "updated_at", stored ? when_rfc3339(op->arena, review->updated_at) : NULL);
    json_put(json, "sections", sections);
    json_put(json, "section_versions", versions);
    return json;
}
