/* Markdown to safe HTML: GitHub's dialect (tables, strikethrough, task lists, plain links) by libcmark-gfm with raw
 * HTML left out. Only this function makes values for template keys that end in _html. */
#ifndef BONGSU_TEXT_MARKDOWN_H
#define BONGSU_TEXT_MARKDOWN_H

#include "base/error.h"

struct arena;

/* A short row is filled up to its table's columns, so 40 KB of text could become millions of cells: counted before. */
enum { MARKDOWN_BYTES_MAX = 64 * 1024, MARKDOWN_DEPTH_MAX = 64, MARKDOWN_CELLS_MAX = 50000 };

/* Links get rel="nofollow noopener"; only http, https, mailto, tel and relative ones stay links. Pictures from other
 * hosts become links (no request leaves the reader's browser unasked). Headings move down by two levels, because
 * the page owns h1 and h2. Line ends are line breaks.
 * ERR_INVALID `markdown.too_large` or `markdown.too_deep`. */
bool markdown_render(struct arena *arena, const char *text, char **html, struct error *err) NODISCARD;

#endif
