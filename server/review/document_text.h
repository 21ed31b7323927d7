/* A document as one file to take away: Markdown or HTML, in the document's language, with its headings (R-B8). */
#ifndef BONGSU_REVIEW_DOCUMENT_TEXT_H
#define BONGSU_REVIEW_DOCUMENT_TEXT_H

#include "review/document.h"

/* "# 장애 보고서 …\n\n## 1. 장애 요약\n…". In the op's arena. */
const char *document_markdown(struct op *op, const struct document *document, const char *headline);

/* The same as one HTML file that needs nothing else: no script, no picture, no address of ours. */
bool document_html_file(struct op *op, const struct document *document, const char *headline, const char **out,
                        struct error *err) NODISCARD;

#endif
