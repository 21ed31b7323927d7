/* The search index, inside the room: documents, and the two ways in which the engines find them. */
#ifndef BONGSU_INCIDENT_SEARCH_ROWS_H
#define BONGSU_INCIDENT_SEARCH_ROWS_H

#include "incident/search.h"

/* The typed-in query, checked. */
struct search_filter {
    const char *state, *severity, *kind; /* NULL = any */
    int active; /* 1 open, 0 over, -1 any */
    int64_t service_id; /* 0 = any */
    int64_t from, until; /* begin_at in [from, until) */
    int64_t before_at, before_id; /* of the row before; INT64_MAX at the start */
    int64_t limit;
};
/* Without words: by the index that fits the narrowest filter. */
bool search_list_rows(struct tx *tx, const struct search_filter *filter, struct incident **out, size_t *count,
                      struct error *err) NODISCARD;

struct search_words {
    const char *match; /* FTS5 expression: all tokens */
    const char *tokens[3]; /* the longest three for the token table; NULL = no further one */
    bool prefix; /* tokens[0] is a prefix, and there is no other */
};
struct search_hit {
    int64_t document_id;
    const char *folded;
    struct incident incident;
};
/* Documents with id < before_id, greatest first; several of one incident stand together. */
bool search_hits(struct tx *tx, const struct search_words *words, const struct search_filter *filter,
                 struct search_hit **out, size_t *count, struct error *err) NODISCARD;
/* The newest documents that hold the token; incident ids, perhaps repeated. */
bool search_sharing(struct tx *tx, const char *token, int64_t limit, struct rows *ids, struct error *err) NODISCARD;

struct search_document {
    int64_t id, incident_id;
    const char *folded, *tokens;
    bool fresh; /* none of this id stands yet */
};
bool search_document_put(struct tx *tx, const struct search_document *document, struct error *err) NODISCARD;
int64_t search_first_id(const struct incident *incident); /* below all documents of the incident */
bool search_counts(struct tx *tx, int64_t since, struct incident_counts *out, struct error *err) NODISCARD;

#endif
