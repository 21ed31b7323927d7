/* Korean particles (조사): the right one of a pair after any text. contracts.md §15.1. */
#ifndef BONGSU_TEXT_JOSA_H
#define BONGSU_TEXT_JOSA_H

/* The right form of `pair` ("은/는", "이/가", "을/를", "과/와", "아/야", "으로/로", "이나/나", "이랑/랑", "이라/라" …;
 * either order) after `word`; NULL if the pair is unknown. The result is a constant. */
const char *josa_after(const char *word, const char *pair);

#endif
