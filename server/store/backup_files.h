/* The attachments inside a backup: after the database, one header line `NAME SIZE` and the bytes for each file, then an
 * empty line. Files of attachments never change and are written before any row speaks of them, so all that are there
 * after the copy of the database are at least all it names. */
#ifndef BONGSU_STORE_BACKUP_FILES_H
#define BONGSU_STORE_BACKUP_FILES_H

#include "base/error.h"

#include <stdint.h>
#include <stdio.h>

/* Appends DATA/attachments at the place `to` stands. */
bool backup_files_pack(const char *data_dir, FILE *to, int64_t *count, struct error *err) NODISCARD;
/* Puts them back; those that are there already stay. With data_dir NULL only reads through. */
bool backup_files_unpack(FILE *from, const char *data_dir, int64_t *count, struct error *err) NODISCARD;

/* One attachment under its name; one that is there already stays. */
bool backup_file_name_ok(const char *name);
bool backup_file_put(const char *data_dir, const char *name, const void *bytes, size_t size,
                     struct error *err) NODISCARD;

#endif
