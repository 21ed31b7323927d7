/* Lists and search: the typed-in query checked, words turned into index terms, hits verified (search.h). */
#include "incident/search.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/field.h"
#include "base/str.h"
#include "incident/incident_internal.h"
#include "incident/search_rows.h"
#include "policy/policy.h"
#include "service/service.h"
#include "text/bigram.h"
#include "text/when.h"

enum { PAGE_STANDARD = 50, PAGE_MAX = 200, QUERY_MAX = 200, BATCH = 200, BATCHES_MAX = 10 };
#define COUNT_SPAN_MS (INT64_C(30) * 24 * 60 * MINUTE_MS)

/* --- the query --- */

static const char *cursor_text(struct arena *arena, int64_t at, int64_t id) {
    return arena_printf(arena, "%lld-%lld", (long long)at, (long long)id);
}

static void check_cursor(struct op *op, const char *cursor, struct search_filter *filter) {
    filter->before_at = filter->before_id = INT64_MAX;
    if (str_blank(cursor)) return;
    char **parts;
    if (str_split(op->arena, cursor, "-", &parts) != 2 || !str_to_i64(parts[0], &filter->before_at) ||
        !str_to_i64(parts[1], &filter->before_id)) {
        op_field_error(op, "cursor", "malformed", NULL);
    }
}

/* "active" and "over" stand for several states. */
static void check_state(struct op *op, const char *typed, struct search_filter *filter) {
    static const char *const WORDS[] = { "active",    "over",   "open",        "acknowledged", "mitigating",
                                         "recovered", "closed", "false_alarm", "merged",       NULL };
    filter->active = -1;
    int word = typed_word(op, "state", typed, WORDS);
    if (word == 0) filter->active = 1;
    else if (word == 1) filter->active = 0;
    else if (word > 1) filter->state = WORDS[word];
}

/* An instant, or a day of the organisation's calendar: until a day means the whole day. */
static int64_t check_day(struct op *op, const struct organisation *organisation, const char *field, const char *typed,
                         int64_t fallback) {
    if (str_blank(typed)) return fallback;
    bool until = str_eq(field, "until");
    struct error ignored;
    int64_t at;
    if (strlen(typed) == strlen("2026-01-01")) {
        const char *midnight = arena_printf(op->arena, "%sT00:00", typed);
        if (when_parse_local(midnight, organisation->tz, &at, &ignored)) return until ? at + INT64_C(86400000) : at;
    }
    return typed_time(op, organisation->tz, field, typed, INT64_MAX);
}

static bool check_query(struct tx *tx, const struct incident_query *query, struct search_filter *filter,
                        struct error *err) {
    struct op *op = tx_op(tx);
    struct organisation organisation;
    if (!organisation_find(tx, &organisation, err)) return false;
    check_cursor(op, query->cursor, filter);
    check_state(op, query->state, filter);
    int kind = typed_word(op, "kind", query->kind, KIND_WORDS);
    filter->kind = kind < 0 ? NULL : KIND_WORDS[kind];
    filter->severity = typed_text(op, "severity", query->severity, 20, FIELD_OPTIONAL);
    if (!policy_filter_check(tx, filter->severity, err)) return false;
    filter->from = check_day(op, &organisation, "from", query->from, 0);
    filter->until = check_day(op, &organisation, "until", query->until, INT64_MAX);
    if (filter->from >= filter->until) typed_too_early(op, organisation.tz, "until", filter->from);
    const char *limit = str_blank(query->limit) ? NULL : query->limit;
    filter->limit = field_i64(op, "limit", limit, 1, PAGE_MAX, PAGE_STANDARD);
    const char *service = typed_text(op, "service", query->service, SERVICE_NAME_MAX, FIELD_OPTIONAL);
    if (service == NULL) return true;
    struct service found_service;
    bool found;
    if (!service_find_named(tx, service, &found_service, &found, err)) return false;
    if (found) filter->service_id = found_service.id;
    else op_field_error(op, "service", "unknown", NULL);
    return true;
}

/* --- words --- */

static bool longer(const char *a, const char *b) {
    return b == NULL || strlen(a) > strlen(b);
}

/* The three longest whole tokens narrow best; hits are verified anyway. */
static void pick_tokens(const struct bigram_term *terms, size_t count, struct search_words *out) {
    for (size_t i = 0; i < count; i++) {
        if (terms[i].prefix) continue;
        for (size_t place = 0; place < 3; place++) {
            if (!longer(terms[i].text, out->tokens[place])) continue;
            for (size_t move = 2; move > place; move--) out->tokens[move] = out->tokens[move - 1];
            out->tokens[place] = terms[i].text;
            break;
        }
    }
    if (out->tokens[0] == NULL && count > 0) {
        out->tokens[0] = terms[0].text;
        out->prefix = true;
    }
}

static bool make_words(struct arena *arena, const char *q, struct search_words *out) {
    struct bigram_term *terms;
    size_t count = bigram_query(arena, q, &terms);
    struct buf match;
    buf_init(&match, arena, 8 * 1024);
    for (size_t i = 0; i < count; i++) {
        buf_printf(&match, "%s\"%s\"%s", i > 0 ? " AND " : "", terms[i].text, terms[i].prefix ? "*" : "");
    }
    out->match = match.data;
    pick_tokens(terms, count, out);
    return count > 0;
}

/* Tokens forget their order; the words themselves must stand in the text. */
static bool holds_words(const struct search_hit *hit, char *const *words) {
    for (; *words != NULL; words++) {
        if (strstr(hit->folded, *words) == NULL) return false;
    }
    return true;
}

struct word_search {
    struct search_words words;
    struct search_filter filter; /* of the batch: before_id moves on */
    char **verify;
    size_t wanted;
    bool more;
};

/* Takes what fits of one batch; documents of an incident already taken are skipped. */
static void take(struct word_search *search, const struct search_hit *hits, size_t count, struct incident_page *out) {
    for (size_t i = 0; i < count; i++) {
        search->filter.before_id = hits[i].document_id;
        bool again = out->count > 0 && out->list[out->count - 1].id == hits[i].incident.id;
        if (again || !holds_words(&hits[i], search->verify)) continue;
        if (out->count == search->wanted) {
            search->more = true;
            return;
        }
        out->list[out->count++] = hits[i].incident;
    }
}

static bool search_words(struct tx *tx, const char *q, const struct search_filter *filter, struct incident_page *out,
                         struct error *err) {
    struct arena *arena = tx_op(tx)->arena;
    struct word_search search = { .filter = *filter, .wanted = (size_t)filter->limit };
    out->list = ARENA_ARRAY(arena, search.wanted, struct incident);
    const char *folded = bigram_fold(arena, q);
    if (folded == NULL || !make_words(arena, q, &search.words)) return true;
    str_split(arena, folded, " \t\n", &search.verify);
    search.filter.limit = BATCH;
    for (int batch = 0; batch < BATCHES_MAX && !search.more; batch++) {
        struct search_hit *hits;
        size_t count;
        if (!search_hits(tx, &search.words, &search.filter, &hits, &count, err)) return false;
        take(&search, hits, count, out);
        if (count < BATCH) break;
        if (batch == BATCHES_MAX - 1) search.more = true;
    }
    if (!search.more) return true;
    int64_t last = out->count > 0 && out->count == search.wanted ? search_first_id(&out->list[out->count - 1])
                                                                 : search.filter.before_id;
    out->next = cursor_text(arena, 0, last);
    return true;
}

/* --- calls --- */

struct list_run {
    const struct incident_query *query;
    struct incident_page *out;
};

static bool list_newest(struct tx *tx, const struct search_filter *filter, struct incident_page *out,
                        struct error *err) {
    struct search_filter one_more = *filter;
    one_more.limit++;
    if (!search_list_rows(tx, &one_more, &out->list, &out->count, err)) return false;
    if (out->count <= (size_t)filter->limit) return true;
    out->count = (size_t)filter->limit;
    const struct incident *last = &out->list[out->count - 1];
    out->next = cursor_text(tx_op(tx)->arena, incident_begin(last), last->id);
    return true;
}

static bool list(struct tx *tx, void *arg, struct error *err) {
    struct list_run *run = arg;
    struct op *op = tx_op(tx);
    struct search_filter filter = { 0 };
    if (!check_query(tx, run->query, &filter, err)) return false;
    const char *q = typed_text(op, "q", run->query->q, QUERY_MAX, FIELD_OPTIONAL);
    if (op->fields.count > 0) return OP_INVALID(op, err);
    *run->out = (struct incident_page){ 0 };
    return q == NULL ? list_newest(tx, &filter, run->out, err) : search_words(tx, q, &filter, run->out, err);
}

bool incident_list(struct op *op, const struct incident_query *query, struct incident_page *out, struct error *err) {
    struct list_run run = { query, out };
    return permission_check(op, PERM_READ, err) && store_read(op, list, &run, err);
}

static bool count_all(struct tx *tx, void *arg, struct error *err) {
    return search_counts(tx, tx_op(tx)->now_ms - COUNT_SPAN_MS, arg, err);
}

bool incident_count(struct op *op, struct incident_counts *out, struct error *err) {
    return permission_check(op, PERM_READ, err) && store_read(op, count_all, out, err);
}
