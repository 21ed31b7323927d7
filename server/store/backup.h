/* Backup and restore of an SQLite database, while the server runs or not. (PostgreSQL has pg_dump.)
 *
 * A backup is one file: the database as of one instant, then one line with its size and SHA-256. It can be opened by
 * sqlite3 as it is. A file that was cut off or altered is refused. */
#ifndef BONGSU_STORE_BACKUP_H
#define BONGSU_STORE_BACKUP_H

#include "base/error.h"
#include "base/secret.h"

#include <stdint.h>

struct backup_info {
    int64_t bytes; /* of the database inside */
    char checksum[SECRET_HASH_SIZE];
};

/* Writes FILE.part first and renames it: an earlier backup of the same name stays until the new one is whole and on
 * disk. ERR_INVALID `backup.engine` for PostgreSQL, ERR_NOT_FOUND `backup.no_database`, ERR_INTERNAL `backup.failed`.
 */
bool backup_write(const char *database, const char *file, struct backup_info *out, struct error *err) NODISCARD;

/* Checksum, size and SQLite's own check of the pages. ERR_INVALID `backup.damaged`, ERR_NOT_FOUND `backup.no_file`. */
bool backup_verify(const char *file, struct backup_info *out, struct error *err) NODISCARD;

/* Verifies, then puts the backup in the database's place; what was there stays beside it as DATABASE.before-restore.
 * ERR_CONFLICT `backup.in_use` while another process has the database open. */
bool backup_restore(const char *file, const char *database, struct backup_info *out, struct error *err) NODISCARD;

#endif
