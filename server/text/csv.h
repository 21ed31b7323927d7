/* Tables as CSV that spreadsheets open as they are: UTF-8 with its mark, CRLF, quoted where needed; a text that a
 * spreadsheet would run as a formula is kept a text by a leading apostrophe. */
#ifndef BONGSU_TEXT_CSV_H
#define BONGSU_TEXT_CSV_H

#include "base/buf.h"

#include <stddef.h>
#include <stdint.h>

void csv_begin(struct buf *out); /* the mark */
void csv_row(struct buf *out, const char *const *cells, size_t count); /* NULL is an empty cell */

#endif
