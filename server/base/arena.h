/* Arena: the memory of one unit of work.
 *
 * A request or a job gets one arena; everything it allocates lives until the arena is reset or freed,
 * so there is nothing to free on error paths. Allocation never returns NULL: out of memory, or a unit of
 * work that outgrows its cap, logs and aborts (the store and the outbox survive a dead process; a half
 * working one would not be honest). The cap must be unreachable for users: body, row and page limits
 * come first. Not thread-safe: an arena belongs to one thread at a time.
 */
#ifndef BONGSU_BASE_ARENA_H
#define BONGSU_BASE_ARENA_H

#include <stdarg.h>
#include <stddef.h>

struct arena;

enum { ARENA_REQUEST_CAP = 32 * 1024 * 1024 };

/* cap: bytes the arena may hold in total. The caller frees with arena_free. */
struct arena *arena_new(size_t cap);
/* As arena_new, but memory is wiped before it is given back (passwords, keys). */
struct arena *arena_new_clean(size_t cap);
void arena_free(struct arena *arena); /* NULL is fine; runs deferred calls, newest first */
void arena_reset(struct arena *arena); /* as free + new, keeping the first chunk */

void *arena_alloc(struct arena *arena, size_t size); /* zeroed, aligned for any type */
char *arena_bytes(struct arena *arena, size_t size); /* not zeroed: for text that is written at once */
void *arena_memory(struct arena *arena, size_t size); /* not zeroed, aligned for any type */
void *arena_array(struct arena *arena, size_t count, size_t size); /* overflow aborts */
char *arena_str(struct arena *arena, const char *text); /* copy; NULL stays NULL */
char *arena_strn(struct arena *arena, const char *text, size_t len); /* copy of len bytes + NUL */
char *arena_printf(struct arena *arena, const char *format, ...) __attribute__((format(printf, 2, 3)));
char *arena_vprintf(struct arena *arena, const char *format, va_list args) __attribute__((format(printf, 2, 0)));

/* Calls release(object) when the arena is reset or freed: for memory owned by other libraries. */
void arena_defer(struct arena *arena, void (*release)(void *), void *object);

size_t arena_used(const struct arena *arena);

#define ARENA_NEW(arena, type) ((type *)arena_alloc((arena), sizeof(type)))
#define ARENA_ARRAY(arena, count, type) ((type *)arena_array((arena), (count), sizeof(type)))

#endif
