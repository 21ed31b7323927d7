/* Text helpers: UTF-8 checks and strict parsing. All input that comes from outside passes through here. */
#ifndef BONGSU_BASE_STR_H
#define BONGSU_BASE_STR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct arena;

bool str_eq(const char *a, const char *b); /* NULL equals only NULL */
bool str_starts(const char *text, const char *prefix);
bool str_ends(const char *text, const char *suffix);
bool str_blank(const char *text); /* NULL, empty, or only spaces (U+3000, U+00A0 and other letters without ink too) */
void str_copy(char *out, size_t size, const char *text); /* cut on a character boundary, always terminated */

/* Whole text, base 10, no sign but '-', no spaces, no overflow. *out untouched on failure. */
bool str_to_i64(const char *text, int64_t *out);

/* Copy without leading and trailing white space (ASCII, U+00A0, U+3000), CR LF as LF. NULL stays NULL. */
char *str_clean(struct arena *arena, const char *text);

/* Splits at any byte of `separators`, leaving out empty pieces; returns the count, pieces NULL-terminated. */
size_t str_split(struct arena *arena, const char *text, const char *separators, char ***pieces);

/* Well-formed UTF-8 (no overlong forms, surrogates, above U+10FFFF). */
bool utf8_valid(const char *bytes, size_t len);
/* No control characters except tab, LF, CR (and those only if `multiline`), no NUL within len. */
bool utf8_printable(const char *bytes, size_t len, bool multiline);
bool utf8_turns(const char *text); /* holds a control that turns the direction of what follows (U+202E …) */
size_t utf8_count(const char *text); /* code points of valid UTF-8 */
/* Decodes one code point of valid UTF-8 and returns its length in bytes; 0 at the end (len 0). */
size_t utf8_next(const char *bytes, size_t len, uint32_t *out);
size_t utf8_put(char out[4], uint32_t code_point); /* bytes written, 0 if not a scalar value */

#endif
