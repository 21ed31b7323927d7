/* A document as one text to take away: Markdown, in the document's language, with its headings (R-B8). */
#ifndef BONGSU_REVIEW_DOCUMENT_TEXT_H
#define BONGSU_REVIEW_DOCUMENT_TEXT_H

#include "review/document.h"

/* "# 장애 보고서 …\n\n## 1. 장애 요약\n…". In the op's arena. */
const char *document_markdown(struct op *op, const struct document *document, const char *headline);

/* A Markdown postmortem from elsewhere, cut at its headings into sections of the postmortem shape. Headings in Korean
 * or English are recognised by their words; text under others, or before the first, goes to the section before it.
 * ERR_INVALID with field `text`. */
bool document_from_markdown(struct op *op, const char *markdown, struct document_save *out,
                            struct error *err) NODISCARD;

#endif
