/* Ids: 63 bits, ordered by time of making, made by the application (architecture D5). In JSON, URLs and
 * HTML they are decimal strings. */
#ifndef BONGSU_BASE_ID_H
#define BONGSU_BASE_ID_H

#include <stdbool.h>
#include <stdint.h>

/* 41 bits of milliseconds since 2020, 22 random bits. Never 0. Unique constraints catch the rare twin. */
int64_t id_new(int64_t now_ms);

enum { ID_TEXT_SIZE = 24 };
const char *id_text(int64_t id, char out[ID_TEXT_SIZE]);
bool id_parse(const char *text, int64_t *out); /* positive decimal, nothing else */

#endif
