/* JSON helpers around jansson. Values made here are released with the arena. */
#ifndef BONGSU_BASE_JSON_H
#define BONGSU_BASE_JSON_H

#include "base/error.h"

#include <jansson.h>
#include <stddef.h>
#include <stdint.h>

struct arena;

enum { JSON_DEPTH_MAX = 32 };

/* jansson's allocations go through json_memory.c. Once, before the first value is made. */
void json_memory_begin(void);
/* From now on the values this thread makes live in the arena and are gone with it: no allocation, no release one by
 * one, so what is older is copied into them: a reference would never be let go. Reset the arena before NULL ends it.
 * Documents parsed for another arena do not take part. */
void json_live_in(struct arena *arena);
/* Around making values that outlive what the thread is doing now (a cache, a job for another thread): they come from
 * the heap and belong to whatever arena they are given to. What json_leave_home returned goes to json_come_home. */
struct arena *json_leave_home(void) NODISCARD;
void json_come_home(struct arena *arena);

/* Parses one document. Refuses: nesting deeper than JSON_DEPTH_MAX (checked before jansson recurses), repeated
 * members, trailing text, invalid UTF-8, NUL in strings: ERR_UNREADABLE `json.malformed`, or `json.too_deep`. */
bool json_parse(struct arena *arena, const char *bytes, size_t len, json_t **out, struct error *err) NODISCARD;

/* New containers owned by the arena. Children set with json_object_set_new belong to their parent. */
json_t *json_obj(struct arena *arena);
json_t *json_arr(struct arena *arena);

/* Set members; NULL text writes null. Values are our own, so failure is a programming error. */
void json_put(json_t *object, const char *key, json_t *stolen);
void json_put_text(json_t *object, const char *key, const char *text);
void json_put_bool(json_t *object, const char *key, bool value);
void json_put_i64(json_t *object, const char *key, int64_t value); /* counters and minutes, never ids */
void json_put_id(json_t *object, const char *key, int64_t id); /* decimal string; 0 writes null */
void json_push(json_t *array, json_t *stolen);

/* Borrowed member, or NULL if absent, null or of another type. */
const char *json_text(const json_t *object, const char *key);

/* Compact text in the arena. json_dump_sorted: members by name, so that equal values give equal texts. */
char *json_dump(struct arena *arena, const json_t *value);
char *json_dump_sorted(struct arena *arena, const json_t *value);

#endif
