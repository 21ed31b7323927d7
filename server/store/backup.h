/* Backup and restore of an SQLite database and the attachments, while the server runs or not (PostgreSQL: postgres.md).
 *
 * A backup is one file: the database as of one instant, the attachments (backup_files.h), then one line with sizes and
 * the SHA-256 of all before it. sqlite3 can open it as it is. A file that was cut off or altered is refused. The key
 * that seals secrets (DATA/secret.key) is left out on purpose: a stolen backup gives none away; keep it elsewhere. */
#ifndef BONGSU_STORE_BACKUP_H
#define BONGSU_STORE_BACKUP_H

#include "base/error.h"
#include "base/secret.h"

#include <stdint.h>

struct backup_info {
    int64_t bytes; /* of the database inside */
    int64_t total; /* with the attachments */
    int64_t files; /* attachments */
    char checksum[SECRET_HASH_SIZE];
};

struct backup_place {
    const char *database; /* a path */
    const char *data_dir;
};
/* Writes FILE.part first and renames it: an earlier backup of the same name stays until the new one is whole and on
 * disk. ERR_INVALID `backup.engine` for PostgreSQL, ERR_NOT_FOUND `backup.no_database`, ERR_INTERNAL `backup.failed`.
 */
bool backup_write(const struct backup_place *from, const char *file, struct backup_info *out,
                  struct error *err) NODISCARD;

/* Checksum, size and SQLite's own check of the pages. ERR_INVALID `backup.damaged`, ERR_NOT_FOUND `backup.no_file`. */
bool backup_verify(const char *file, struct backup_info *out, struct error *err) NODISCARD;

/* Verifies, then puts the backup in the database's place; what was there stays beside it as DATABASE.before-restore.
 * ERR_CONFLICT `backup.in_use` while another process has the database open. */
bool backup_restore(const char *file, const struct backup_place *to, struct backup_info *out,
                    struct error *err) NODISCARD;

#endif
