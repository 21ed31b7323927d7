/* Attachments, inside the room: rows (child_sql.c) and files (attachment_file.c). */
#ifndef BONGSU_INCIDENT_ATTACHMENT_ROW_H
#define BONGSU_INCIDENT_ATTACHMENT_ROW_H

#include "incident/attachment.h"

bool attachment_put(struct tx *tx, const struct attachment *attachment, struct error *err) NODISCARD;
bool attachment_by_id(struct tx *tx, int64_t id, struct attachment *out, struct error *err) NODISCARD;
bool attachment_count(struct tx *tx, int64_t incident_id, int64_t *out, struct error *err) NODISCARD;

/* The file of these bytes under data_dir: written aside, synced, renamed, its folder synced. Existing ones are kept. */
bool attachment_file_write(struct arena *arena, const char *data_dir, const char *hash,
                           const struct attachment_draft *draft, struct error *err) NODISCARD;
bool attachment_file_read(struct arena *arena, const char *data_dir, const struct attachment *attachment,
                          const char **bytes, struct error *err) NODISCARD;

#endif
