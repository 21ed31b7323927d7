/* Cursors: where a list goes on, opaque to clients. Base64url of the key of the last row and a check, so that a
 * mistyped or made-up one is refused instead of giving odd pages. Nothing secret, nothing trusted: keys are only
 * compared with. The same on every node and after every restart. */
#ifndef BONGSU_WEB_CURSOR_H
#define BONGSU_WEB_CURSOR_H

#include <stdbool.h>
#include <stdint.h>

struct arena;

const char *cursor_make(struct arena *arena, int64_t key, int64_t id);
/* NULL text: the start, *key and *id become INT64_MAX. False if it is not one of ours. */
bool cursor_read(const char *text, int64_t *key, int64_t *id);

/* The same for lists ordered by a text (login, key): NULL cursor reads as NULL. False if it is not one of ours. */
const char *cursor_make_text(struct arena *arena, const char *key);
bool cursor_read_text(struct arena *arena, const char *cursor, const char **key);

#endif
