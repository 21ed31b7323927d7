/* Memo: texts that were made once, by everything they were made of. For a pure function whose result is dearer than
 * its arguments: the caller writes every argument into the key, so an entry can never be stale, only unused. A table
 * of fixed size; keys that fall on one pair of places take turns. Thread-safe; for the life of the process. */
#ifndef BONGSU_BASE_MEMO_H
#define BONGSU_BASE_MEMO_H

#include "base/buf.h"

#include <stdint.h>

struct memo;

/* places: a power of two, 16 or more. most: bytes of key and text together; longer ones are not kept. */
struct memo *memo_new(size_t places, size_t most);
void memo_free(struct memo *memo);

/* Keys are built of these; no two lists of arguments give the same bytes. NULL differs from "". */
void memo_key_text(struct buf *key, const char *text);
void memo_key_i64(struct buf *key, int64_t value);

/* Appends the text kept for the key; false if there is none. */
bool memo_get(struct memo *memo, const struct buf *key, struct buf *out);
void memo_put(struct memo *memo, const struct buf *key, const char *text, size_t len);

#endif
