/* The quarterly review: see quarter.h. */
#include "insight/quarter.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/str.h"
#include "alert/alert.h"
#include "insight/insight_internal.h"
#include "people/permission.h"
#include "policy/organisation.h"
#include "review/action_item.h"
#include "text/i18n.h"
#include "text/when.h"

enum { YEAR_MIN = 2000, YEAR_MAX = 2100, MONTHS = 3, DOCUMENT_MAX = 512 * 1024, TALLIES_SHOWN = 10, DAY_S = 86400 };

struct quarter quarter_of(const struct tz *tz, int64_t ms) {
    struct civil now;
    tz_local(tz, ms / 1000, &now);
    return (struct quarter){ (int)now.year, (now.month - 1) / MONTHS + 1 };
}

void quarter_span(const struct tz *tz, struct quarter quarter, int64_t *from, int64_t *until) {
    int month = (quarter.number - 1) * MONTHS + 1;
    bool last = quarter.number == 4;
    *from = tz_resolve(tz, civil_days(quarter.year, month, 1) * DAY_S) * 1000;
    *until =
        tz_resolve(tz, civil_days(last ? quarter.year + 1 : quarter.year, last ? 1 : month + MONTHS, 1) * DAY_S) * 1000;
}

/* --- the text --- */

struct writing {
    struct op *op;
    struct buf out;
};

static const char *text(const struct writing *writing, const char *key) {
    return i18n_text(writing->op->lang, arena_printf(writing->op->arena, "quarter.%s", key));
}

static void heading(struct writing *writing, const char *key) {
    buf_printf(&writing->out, "\n## %s\n\n", text(writing, key));
}

static void fact(struct writing *writing, const char *key, const char *value) {
    buf_printf(&writing->out, "- **%s**: %s\n", text(writing, key), value);
}

static void count_fact(struct writing *writing, const char *key, int64_t count) {
    fact(writing, key, arena_printf(writing->op->arena, "%lld", (long long)count));
}

static const char *percent(const struct writing *writing, int64_t value) {
    return value < 0 ? text(writing, "no_figure") : arena_printf(writing->op->arena, "%lld %%", (long long)value);
}

static const char *minutes(const struct writing *writing, int64_t value) {
    return value < 0 ? text(writing, "no_figure") : when_minutes(writing->op->arena, writing->op->lang, value);
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
            label = i18n_text(writing->op->lang, arena_printf(writing->op->arena, "label.%s.%s", labels, tally->key));
        }
        buf_puts(out, "| ");
        cell(out, *label == '\0' ? text(writing, "not_given") : label);
        buf_printf(out, " | %lld | %s |\n", (long long)tally->count, minutes(writing, tally->down_minutes));
    }
}

static void write_patterns(struct writing *writing, const struct insight *insight) {
    heading(writing, "frequency");
    count_fact(writing, "total", insight->total);
    count_fact(writing, "recovered", insight->recovered);
    count_fact(writing, "recurrences", insight->recurrences);
    tallies(writing, "severity", &insight->by_severity, NULL);
    tallies(writing, "service", &insight->by_service, NULL);
    tallies(writing, "category", &insight->by_category, "category");
}

static void write_times(struct writing *writing, const struct insight *insight) {
    heading(writing, "times");
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

static void write_levels(struct writing *writing, const struct slo_list *levels) {
    if (levels->count == 0) return;
    heading(writing, "levels");
    buf_printf(&writing->out, "| %s | %s | %s | %s |\n|---|---|---|---|\n", text(writing, "service"),
               text(writing, "target"), text(writing, "actual"), text(writing, "used"));
    for (size_t i = 0; i < levels->count; i++) {
        const struct slo_row *row = &levels->items[i];
        buf_puts(&writing->out, "| ");
        cell(&writing->out, row->name);
        buf_printf(&writing->out, " | %lld.%03lld %% | %lld.%03lld %% | %lld %% |\n",
                   (long long)row->target_milli / 1000, (long long)row->target_milli % 1000,
                   (long long)row->actual_milli / 1000, (long long)row->actual_milli % 1000,
                   (long long)row->used_percent);
    }
}

static void write_lessons(struct writing *writing, const struct lesson_list *lessons) {
    heading(writing, "manuals");
    for (size_t i = 0; i < lessons->count; i++) {
        const struct lesson *lesson = &lessons->items[i];
        if (!str_blank(lesson->runbook_change)) {
            buf_printf(&writing->out, "- %s: %s\n", lesson->incident_ref, lesson->runbook_change);
        }
    }
    heading(writing, "lessons");
    for (size_t i = 0; i < lessons->count; i++) {
        const struct lesson *lesson = &lessons->items[i];
        if (!str_blank(lesson->lesson)) buf_printf(&writing->out, "- %s: %s\n", lesson->incident_ref, lesson->lesson);
    }
}

struct reading {
    struct organisation organisation;
    int64_t from, until;
    struct lesson_list lessons;
};

static bool read_lessons(struct tx *tx, void *arg, struct error *err) {
    struct reading *reading = arg;
    return lessons_load(tx, reading->from, reading->until, &reading->lessons, err);
}

bool quarter_markdown(struct op *op, struct quarter quarter, const char **out, struct error *err) {
    struct insight insight;
    struct slo_list levels;
    struct action_figures actions;
    struct alert_accuracy alerts;
    struct reading reading;
    if (!permission_check(op, PERM_READ, err)) return false;
    if (quarter.year < YEAR_MIN || quarter.year > YEAR_MAX) op_field_error(op, "year", "out_of_range", "2000–2100");
    if (quarter.number < 1 || quarter.number > 4) op_field_error(op, "q", "out_of_range", "1–4");
    if (op->fields.count > 0) return OP_INVALID(op, err);
    if (!organisation_load(op, &reading.organisation, err)) return false;
    quarter_span(reading.organisation.tz, quarter, &reading.from, &reading.until);
    struct insight_period period = { .from = reading.from, .until = reading.until };
    if (!insight_compute(op, &period, &insight, err) || !insight_slo(op, reading.from, reading.until, &levels, err) ||
        !action_figures(op, NULL, &actions, err) || !alert_accuracy(op, reading.from, reading.until, &alerts, err) ||
        !store_read(op, read_lessons, &reading, err)) {
        return false;
    }
    struct writing writing = { .op = op };
    buf_init(&writing.out, op->arena, DOCUMENT_MAX);
    const char *year = arena_printf(op->arena, "%d", quarter.year);
    const char *number = arena_printf(op->arena, "%d", quarter.number);
    buf_printf(
        &writing.out, "# %s\n\n",
        i18n_format(op->lang, op->arena, "quarter.title",
                    I18N_ARGS({ "year", year }, { "quarter", number }, { "organisation", reading.organisation.name })));
    buf_printf(&writing.out, "%s ~ %s\n", when_date(op->arena, reading.organisation.tz, reading.from),
               when_date(op->arena, reading.organisation.tz, reading.until - 1));
    write_patterns(&writing, &insight);
    write_times(&writing, &insight);
    heading(&writing, "alerts");
    fact(&writing, "accuracy", percent(&writing, alerts.percent));
    write_levels(&writing, &levels);
    heading(&writing, "actions");
    fact(&writing, "completion", percent(&writing, actions.percent));
    count_fact(&writing, "overdue", actions.overdue);
    write_lessons(&writing, &reading.lessons);
    *out = writing.out.data;
    return true;
}
