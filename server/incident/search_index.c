/* What goes into the search index (search.h): folded text and its tokens, in the writer's transaction. */
#include "incident/incident_internal.h"
#include "incident/search_rows.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/str.h"
#include "text/bigram.h"

enum { DOCUMENT_MAX = 64 * 1024, PLACE_BITS = 20, NUMBERS_A_YEAR = 1000000 };

/* INC-2026-0042 → 2026000042: references in their order, as a number. */
static int64_t ordinal(const char *ref) {
    const char *dash = strrchr(ref, '-');
    int64_t year, number;
    char text[8];
    REQUIRE(dash != NULL && strlen(ref) > 8);
    str_copy(text, 5, ref + 4);
    REQUIRE(str_to_i64(text, &year) && str_to_i64(dash + 1, &number));
    return year * NUMBERS_A_YEAR + number;
}

int64_t search_first_id(const struct incident *incident) {
    return ordinal(incident->ref) << PLACE_BITS;
}

static const char *joined(struct arena *arena, const char **tokens, size_t count) {
    size_t bytes = 1;
    for (size_t i = 0; i < count; i++) bytes += strlen(tokens[i]) + 1;
    struct buf out;
    buf_init(&out, arena, bytes + 1);
    buf_reserve(&out, bytes);
    for (size_t i = 0; i < count; i++) {
        if (i > 0) buf_putc(&out, ' ');
        buf_puts(&out, tokens[i]);
    }
    return out.data;
}

void search_cut(struct arena *arena, const char *text, struct search_text *out) {
    const char *folded = bigram_fold(arena, text);
    if (folded == NULL) folded = "";
    const char **tokens;
    size_t count = bigram_index(arena, folded, &tokens);
    *out = (struct search_text){ folded, joined(arena, tokens, count) };
}

static struct search_document document_at(const struct incident *incident, int64_t place,
                                          const struct search_text *text) {
    REQUIRE(place > 0 && place < (INT64_C(1) << PLACE_BITS));
    return (struct search_document){ .id = search_first_id(incident) | place,
                                     .incident_id = incident->id,
                                     .folded = text->folded,
                                     .tokens = text->tokens };
}

bool search_put(struct tx *tx, const struct incident *incident, int64_t place, const char *text, struct error *err) {
    struct search_text cut;
    search_cut(tx_op(tx)->arena, text, &cut);
    struct search_document document = document_at(incident, place, &cut);
    return search_document_put(tx, &document, err);
}

bool search_add(struct tx *tx, const struct incident *incident, int64_t place, const struct search_text *text,
                struct error *err) {
    struct search_document document = document_at(incident, place, text);
    document.fresh = true;
    return search_document_put(tx, &document, err);
}

bool incident_index(struct tx *tx, const struct incident *incident, struct error *err) {
    const char *const parts[] = { incident->ref,      incident->title,           incident->symptom,
                                  incident->impact,   incident->service_name,    incident->service_key,
                                  incident->owner,    incident->action,          incident->suspected_cause,
                                  incident->cause,    incident->recovery_action, incident->recovery_impact,
                                  incident->follow_up };
    struct buf text;
    buf_init(&text, tx_op(tx)->arena, DOCUMENT_MAX);
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        if (parts[i] == NULL) continue;
        buf_puts(&text, parts[i]);
        buf_putc(&text, '\n');
    }
    return search_put(tx, incident, SEARCH_INCIDENT, text.data, err);
}
