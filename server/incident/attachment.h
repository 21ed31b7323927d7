/* Attachments (R-A11): pictures and text logs, kept as files under DATA/attachments by their hash. The file is
 * written, synced and renamed before its row, so a row never points at nothing. The kind is told by the bytes, never by
 * the name or what the sender claims. */
#ifndef BONGSU_INCIDENT_ATTACHMENT_H
#define BONGSU_INCIDENT_ATTACHMENT_H

#include "incident/incident.h"

enum { ATTACHMENT_IMAGE_MAX = 8 * 1024 * 1024, ATTACHMENT_TEXT_MAX = 2 * 1024 * 1024, ATTACHMENTS_PER_INCIDENT = 100 };

struct attachment_draft {
    const char *filename; /* shown again as given, without folders */
    const char *bytes;
    size_t size;
    const char *note;
};
struct attachment {
    int64_t id, incident_id, event_seq;
    const char *filename, *media_type; /* image/png image/jpeg image/gif image/webp text/plain */
    const char *hash; /* BLAKE2b, hex */
    int64_t size, at;
    const char *actor, *note;
};
/* NULL if the bytes are nothing we keep. Pure. */
const char *attachment_sniff(const char *bytes, size_t size);
const char *attachment_clean_name(struct arena *arena, const char *filename, const char *media_type);

bool incident_attach(struct op *op, const char *data_dir, const char *ref, const struct attachment_draft *draft,
                     struct attachment *out, struct error *err) NODISCARD;
bool attachments_of(struct tx *tx, int64_t incident_id, struct attachment **out, size_t *count,
                    struct error *err) NODISCARD;
/* The row and its bytes (arena). ERR_NOT_FOUND `attachment.unknown`. */
bool attachment_read(struct op *op, const char *data_dir, int64_t id, struct attachment *out, const char **bytes,
                     struct error *err) NODISCARD;

#endif
