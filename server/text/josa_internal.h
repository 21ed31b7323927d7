/* How a word ends when it is spoken; shared between josa.c (pairs, symbols, digits) and josa_latin.c. */
#ifndef BONGSU_TEXT_JOSA_INTERNAL_H
#define BONGSU_TEXT_JOSA_INTERNAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum sound { SOUND_NONE, SOUND_VOWEL, SOUND_CONSONANT, SOUND_RIEUL };

/* The last spoken sound of letters (ASCII only, len ≥ 1). after_number: a digit stands right before them, so
 * that "kg" and "ms" are units. */
enum sound josa_latin_sound(const char *letters, size_t len, bool after_number);

/* The last sound of a Chinese character in its Korean reading; SOUND_NONE if it is not among the common ones. */
enum sound josa_hanja_sound(uint32_t point);

#endif
