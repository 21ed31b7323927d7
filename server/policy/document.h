/* Inside policy/: reading a JSON document strictly. Every wrong member is named by its path, for example
 * "severities[0].update_minutes", and reading goes on, so that all mistakes are reported at once. */
#ifndef BONGSU_POLICY_DOCUMENT_H
#define BONGSU_POLICY_DOCUMENT_H

#include "policy/policy.h"

/* An object being read and where it stands in the document. */
struct document {
    struct op *op;
    const json_t *object; /* NULL reads as an empty one: the error has been given already */
    const char *path; /* "" at the top */
};

void document_error(const struct document *document, const char *key, const char *code, const char *arg);
/* Members not in the NULL-terminated list are errors: a misspelt one must not be silently ignored. */
void document_only(const struct document *document, const char *const *known);

struct document document_object(const struct document *document, const char *key);
/* The array under key with min..max entries; an empty one after an error. */
const json_t *document_array(const struct document *document, const char *key, size_t min, size_t max);
struct document document_entry(const struct document *document, const char *key, const json_t *array, size_t index);

const char *document_text(const struct document *document, const char *key, size_t max, bool required);
struct policy_text document_pair(const struct document *document, const char *key, size_t max, bool required);
int64_t document_i64(const struct document *document, const char *key, int64_t min, int64_t max);
bool document_flag(const struct document *document, const char *key);
int document_word(const struct document *document, const char *key, const char *const *words);
/* An array of words as bits in the order of `words`. */
unsigned document_words(const struct document *document, const char *key, const char *const *words);

#endif
