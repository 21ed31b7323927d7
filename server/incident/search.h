/* Lists and search (R-B8). Korean words of two syllables are found: bigrams in a contentless FTS5 index on SQLite, in
 * a token table on PostgreSQL, behind these calls. Newest first; keyset pages. */
#ifndef BONGSU_INCIDENT_SEARCH_H
#define BONGSU_INCIDENT_SEARCH_H

#include "incident/incident.h"

struct incident_query {
    const char *state; /* a state, or "active" (not yet recovered), "over"; NULL = all. As typed, so with all texts */
    const char *severity, *service, *kind; /* codes; kind NULL = all */
    const char *q; /* words; each must occur */
    const char *from, *until; /* declared within [from, until): instants or YYYY-MM-DD in the organisation's zone */
    const char *cursor; /* opaque; of the page before */
    const char *limit; /* 1–200, 50 by default */
};
struct incident_page {
    struct incident *list;
    size_t count;
    const char *next; /* cursor, or NULL at the end */
};
bool incident_list(struct op *op, const struct incident_query *query, struct incident_page *out,
                   struct error *err) NODISCARD;

/* Counts for the home page, one read. */
struct incident_counts {
    int64_t active, recovered, closed_30_days;
};
bool incident_count(struct op *op, struct incident_counts *out, struct error *err) NODISCARD;

/* The index of all documents, into an empty one: after an import. */
bool search_rebuild(struct tx *tx, struct error *err) NODISCARD;

/* What an incident is found by: its own texts, documents about it, and every text people wrote in its timeline (place =
 * seq of the event). Putting a place again replaces it. */
enum search_place { SEARCH_RETRO = 0xffffd, SEARCH_REPORT = 0xffffe, SEARCH_INCIDENT = 0xfffff };
bool search_put(struct tx *tx, const struct incident *incident, int64_t place, const char *text,
                struct error *err) NODISCARD;
/* The same in two steps, so that a text can be cut into its tokens before the transaction, for a place that holds
 * nothing yet (an event just added). */
struct search_text {
    const char *folded, *tokens;
};
void search_cut(struct arena *arena, const char *text, struct search_text *out);
bool search_add(struct tx *tx, const struct incident *incident, int64_t place, const struct search_text *text,
                struct error *err) NODISCARD;

#endif
