/* Everything as JSON, out of one engine and into another (R-J12): one line is one JSON value.
 *
 *   {"format":"bongsu-export","version":1,"migration":"0081_connect"}
 *   {"table":"service","row":{"id":"7171…","name":"결제", …}}      tables in order of creation, rows in order of key
 *   {"attachment":"HASH","base64":"…"}                             files of DATA/attachments
 *   {"end":true,"rows":N,"attachments":N,"sha256":"…"}             of all bytes before this line
 *
 * Whole numbers beyond 2^53 stand as text. One snapshot, taken while the portal runs; rows are streamed. Left out: what
 * only matters to a running portal (sessions, throttling, who is editing) and what is made from the rest (the search
 * index). Secrets stand as they are stored: passwords and tokens as hashes, those of other systems sealed with
 * DATA/secret.key, which is not part of it. */
#ifndef BONGSU_STORE_EXPORT_H
#define BONGSU_STORE_EXPORT_H

#include "store/db.h"

struct export_count {
    int64_t rows, attachments;
};

/* FILE.part first, then renamed. */
bool store_export(struct op *op, const char *data_dir, const char *file, struct export_count *out,
                  struct error *err) NODISCARD;

/* Into a database that has its tables and nothing in them, all or nothing; `after` runs in the same transaction.
 * ERR_CONFLICT `import.not_empty`; ERR_INVALID `import.version` (made by another version: bring both to the same),
 * `import.damaged` (cut off, altered), `import.malformed` with the line. */
bool store_import(struct op *op, const char *data_dir, const char *file, bool (*after)(struct tx *, struct error *),
                  struct export_count *out, struct error *err) NODISCARD;

#endif
