/* What changed between two versions of a text: by line for documents, by word for a sentence (Myers' algorithm). */
#ifndef BONGSU_TEXT_DIFF_H
#define BONGSU_TEXT_DIFF_H

#include <stddef.h>

struct arena;

enum diff_kind { DIFF_SAME, DIFF_REMOVED, DIFF_ADDED };

struct diff_part {
    enum diff_kind kind;
    const char *text; /* pieces next to each other of one kind are joined; line ends are kept */
};

/* The parts in order: same + removed make `before`, same + added make `after`, byte for byte. Texts that differ in
 * more than DIFF_CHANGES_MAX pieces are shown as one removal and one addition. Returns the count. */
enum { DIFF_CHANGES_MAX = 600 };
size_t diff_lines(struct arena *arena, const char *before, const char *after, struct diff_part **parts);
size_t diff_words(struct arena *arena, const char *before, const char *after, struct diff_part **parts);

#endif
