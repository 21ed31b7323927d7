/* What looks alike: incidents that share rare pairs of syllables are fetched, then compared as sets (relation.h). */
#include "incident/incident_internal.h"
#include "incident/relation.h"
#include "incident/search_rows.h"

#include "base/arena.h"
#include "base/str.h"
#include "service/service.h"
#include "text/bigram.h"

#include <stdlib.h>

enum {
    PROBES_MAX = 12,
    SHARING_MAX = 40,
    POOL_MAX = 256,
    COMPARED_MAX = 24,
    ANSWERS = 5,
    PERCENT_MIN = 20,
    SAME_SERVICE_BONUS = 10,
    TEXT_LIMIT = 2000
};

struct pool {
    struct pooled {
        int64_t id;
        int shared;
    } list[POOL_MAX];
    size_t count;
};

static void pool_add(struct pool *pool, int64_t id) {
    for (size_t i = 0; i < pool->count; i++) {
        if (pool->list[i].id == id) {
            pool->list[i].shared++;
            return;
        }
    }
    if (pool->count < POOL_MAX) pool->list[pool->count++] = (struct pooled){ id, 1 };
}

static int by_shared(const void *a, const void *b) {
    const struct pooled *left = a, *right = b;
    if (left->shared != right->shared) return right->shared - left->shared;
    return left->id < right->id ? 1 : -1;
}

struct tokens {
    const char **list;
    size_t count;
};

static struct tokens tokens_of(struct arena *arena, const char *text) {
    struct tokens out;
    out.count = bigram_index(arena, text, &out.list);
    return out;
}

/* Both lists are sorted: Dice's coefficient in percent. */
static int likeness(const struct tokens *a, const struct tokens *b) {
    size_t i = 0, j = 0, shared = 0;
    while (i < a->count && j < b->count) {
        int order = strcmp(a->list[i], b->list[j]);
        if (order == 0) shared++;
        if (order <= 0) i++;
        if (order >= 0) j++;
    }
    return a->count + b->count == 0 ? 0 : (int)(200 * shared / (a->count + b->count));
}

static const char *text_of(struct arena *arena, const struct incident *incident) {
    return arena_printf(arena, "%s\n%s", incident->title == NULL ? "" : incident->title,
                        incident->symptom == NULL ? "" : incident->symptom);
}

struct similar_run {
    const char *text, *service; /* of a draft */
    const char *ref; /* or of an incident, which is left out */
    int64_t own_id, service_id;
    struct similar *out;
    size_t count;
};

/* Probes spread over the sorted tokens, so that a long text is not judged by its digits alone. */
static bool fill_pool(struct tx *tx, const struct tokens *tokens, struct pool *pool, struct error *err) {
    size_t probes = tokens->count < PROBES_MAX ? tokens->count : PROBES_MAX;
    for (size_t i = 0; i < probes; i++) {
        struct rows ids;
        if (!search_sharing(tx, tokens->list[i * tokens->count / probes], SHARING_MAX, &ids, err)) return false;
        while (rows_next(&ids)) pool_add(pool, rows_i64(&ids, 0));
    }
    qsort(pool->list, pool->count, sizeof *pool->list, by_shared);
    return true;
}

static int by_percent(const void *a, const void *b) {
    const struct similar *left = a, *right = b;
    if (left->percent != right->percent) return right->percent - left->percent;
    return left->at < right->at ? 1 : -1;
}

static bool compare_pool(struct tx *tx, const struct tokens *tokens, const struct pool *pool, struct similar_run *run,
                         struct error *err) {
    struct arena *arena = tx_op(tx)->arena;
    size_t compared = pool->count < COMPARED_MAX ? pool->count : COMPARED_MAX;
    run->out = ARENA_ARRAY(arena, compared + 1, struct similar);
    for (size_t i = 0; i < compared; i++) {
        struct incident other;
        if (!incident_by_id(tx, pool->list[i].id, &other, err)) return false;
        if (other.id == run->own_id || other.state == INCIDENT_FALSE_ALARM) continue;
        struct tokens theirs = tokens_of(arena, text_of(arena, &other));
        int percent = likeness(tokens, &theirs);
        if (percent < PERCENT_MIN) continue;
        if (run->service_id != 0 && run->service_id == other.service_id) percent += SAME_SERVICE_BONUS;
        run->out[run->count++] = (struct similar){ .id = other.id,
                                                   .ref = other.ref,
                                                   .headline = incident_headline(&other),
                                                   .severity = other.severity,
                                                   .cause = other.cause,
                                                   .state = other.state,
                                                   .at = incident_begin(&other),
                                                   .percent = percent > 100 ? 100 : percent };
    }
    qsort(run->out, run->count, sizeof *run->out, by_percent);
    if (run->count > ANSWERS) run->count = ANSWERS;
    return true;
}

static bool subject(struct tx *tx, struct similar_run *run, struct error *err) {
    struct service service;
    bool found = false;
    if (run->ref != NULL) {
        struct incident incident;
        if (!incident_by_ref(tx, run->ref, &incident, err)) return false;
        run->text = text_of(tx_op(tx)->arena, &incident);
        run->own_id = incident.id;
        run->service_id = incident.service_id;
        return true;
    }
    if (!str_blank(run->service) && !service_find_named(tx, run->service, &service, &found, err)) return false;
    run->service_id = found ? service.id : 0;
    return true;
}

static bool find_similar(struct tx *tx, void *arg, struct error *err) {
    struct similar_run *run = arg;
    struct pool pool = { .count = 0 };
    run->count = 0;
    if (!subject(tx, run, err)) return false;
    if (str_blank(run->text) || !utf8_valid(run->text, strlen(run->text))) return true;
    char *cut = arena_alloc(tx_op(tx)->arena, TEXT_LIMIT);
    str_copy(cut, TEXT_LIMIT, run->text);
    struct tokens tokens = tokens_of(tx_op(tx)->arena, cut);
    return fill_pool(tx, &tokens, &pool, err) && compare_pool(tx, &tokens, &pool, run, err);
}

static bool run_similar(struct op *op, struct similar_run *run, struct similar **out, size_t *count,
                        struct error *err) {
    if (!permission_check(op, PERM_READ, err) || !store_read(op, find_similar, run, err)) return false;
    *out = run->out;
    *count = run->count;
    return true;
}

bool similar_to_text(struct op *op, const char *text, const char *service, struct similar **out, size_t *count,
                     struct error *err) {
    return run_similar(op, &(struct similar_run){ .text = text, .service = service }, out, count, err);
}

bool similar_to_incident(struct op *op, const char *ref, struct similar **out, size_t *count, struct error *err) {
    return run_similar(op, &(struct similar_run){ .ref = ref }, out, count, err);
}
