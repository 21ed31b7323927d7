/* Backup of SQLite: see backup.h. */
#include "store/backup.h"

#include "base/fault.h"
#include "base/str.h"
#include "store/backup_files.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char MARK[] = "\nbongsu-backup 2 ";
enum {
    PATH_SIZE = 4096,
    NUMBER = 20,
    TRAILER_SIZE = sizeof MARK - 1 + 2 * (NUMBER + 1) + SECRET_HASH_SIZE - 1 + 1,
    BLOCK = 256 * 1024
};

static void close_fd(int *fd) {
    if (*fd >= 0) close(*fd);
}

static void close_stream(FILE **file) {
    if (*file != NULL) fclose(*file);
}

static void close_db(sqlite3 **db) {
    sqlite3_close(*db);
}

static bool failed(const char *what, struct error *err) {
    return ERROR(err, ERR_INTERNAL, "backup.failed", "%s: %s", what, strerror(errno));
}

static bool is_remote(const char *database) {
    return str_starts(database, "postgresql://") || str_starts(database, "postgres://");
}

static bool open_db(const char *path, int flags, sqlite3 **out, struct error *err) {
    if (sqlite3_open_v2(path, out, flags, NULL) == SQLITE_OK) return true;
    return ERROR(err, ERR_INTERNAL, "backup.failed", "%s: %s", path, sqlite3_errmsg(*out));
}

/* All pages in one step: one snapshot; writers go on, only their log cannot be emptied meanwhile. */
static bool copy_pages(sqlite3 *from, sqlite3 *to, struct error *err) {
    sqlite3_backup *backup = sqlite3_backup_init(to, "main", from, "main");
    if (backup == NULL) return ERROR(err, ERR_INTERNAL, "backup.failed", "%s", sqlite3_errmsg(to));
    int rc = sqlite3_backup_step(backup, -1);
    sqlite3_backup_finish(backup);
    if (rc == SQLITE_DONE && !fault_here("backup copy")) return true;
    return ERROR(err, ERR_INTERNAL, "backup.failed", "copy: %s", sqlite3_errstr(rc));
}

static bool copy_database(const char *database, const char *to_path, struct error *err) {
    CLEANUP(close_db) sqlite3 *from = NULL;
    CLEANUP(close_db) sqlite3 *to = NULL;
    if (!open_db(database, SQLITE_OPEN_READONLY, &from, err)) return false;
    if (!open_db(to_path, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, &to, err)) return false;
    sqlite3_busy_timeout(from, 10000);
    return copy_pages(from, to, err);
}

static bool check_pages(const char *path, struct error *err) {
    CLEANUP(close_db) sqlite3 *db = NULL;
    sqlite3_stmt *check = NULL;
    /* immutable: no log, no locks, nothing beside the file is touched */
    char uri[PATH_SIZE * 3 + 32] = "file:";
    size_t len = strlen(uri);
    for (const char *at = path; *at != '\0' && len < sizeof uri - 32; at++) {
        bool plain = strchr("?#%", *at) == NULL;
        len += (size_t)snprintf(uri + len, 4, plain ? "%c" : "%%%02X", plain ? *at : (unsigned char)*at);
    }
    snprintf(uri + len, sizeof uri - len, "?immutable=1");
    if (!open_db(uri, SQLITE_OPEN_READONLY | SQLITE_OPEN_URI, &db, err)) return false;
    bool good = sqlite3_prepare_v2(db, "PRAGMA quick_check(1)", -1, &check, NULL) == SQLITE_OK &&
                sqlite3_step(check) == SQLITE_ROW && strcmp((const char *)sqlite3_column_text(check, 0), "ok") == 0;
    sqlite3_finalize(check);
    return good || ERROR(err, ERR_INVALID, "backup.damaged", "%s: pages are damaged", path);
}

/* SHA-256 of the first `bytes` of a file. */
static bool read_through(int fd, int64_t bytes, char out[SECRET_HASH_SIZE], struct error *err) {
    crypto_hash_sha256_state state;
    unsigned char digest[crypto_hash_sha256_BYTES];
    unsigned char *block = malloc(BLOCK);
    if (block == NULL) die("backup: out of memory");
    bool ok = lseek(fd, 0, SEEK_SET) == 0;
    crypto_hash_sha256_init(&state);
    while (ok && bytes > 0) {
        ssize_t got = read(fd, block, bytes < BLOCK ? (size_t)bytes : BLOCK);
        ok = got > 0;
        if (!ok) break;
        crypto_hash_sha256_update(&state, block, (unsigned long long)got);
        bytes -= got;
    }
    free(block);
    crypto_hash_sha256_final(&state, digest);
    sodium_bin2hex(out, SECRET_HASH_SIZE, digest, sizeof digest);
    return ok || failed("reading through", err);
}

static bool sync_folder_of(const char *path, struct error *err) {
    char folder[PATH_SIZE];
    str_copy(folder, sizeof folder, path);
    char *slash = strrchr(folder, '/');
    if (slash == NULL) str_copy(folder, sizeof folder, ".");
    else slash[slash == folder ? 1 : 0] = '\0';
    CLEANUP(close_fd) int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    return (fd >= 0 && fsync(fd) == 0) || failed(folder, err);
}

static bool pack_files(const char *path, const char *data_dir, struct backup_info *info, struct error *err) {
    struct stat stat;
    CLEANUP(close_stream) FILE *to = fopen(path, "ae");
    if (to == NULL || fstat(fileno(to), &stat) != 0) return failed(path, err);
    info->bytes = stat.st_size;
    if (!backup_files_pack(data_dir, to, &info->files, err)) return false;
    return fflush(to) == 0 || failed(path, err);
}

static bool seal(const char *path, struct backup_info *info, struct error *err) {
    char trailer[TRAILER_SIZE + 1];
    CLEANUP(close_fd) int fd = open(path, O_RDWR | O_CLOEXEC);
    struct stat stat;
    if (fd < 0 || fstat(fd, &stat) != 0) return failed(path, err);
    info->total = stat.st_size;
    if (!read_through(fd, info->total, info->checksum, err)) return false;
    snprintf(trailer, sizeof trailer, "%s%020lld %020lld %s\n", MARK, (long long)info->bytes, (long long)info->total,
             info->checksum);
    if (pwrite(fd, trailer, TRAILER_SIZE, stat.st_size) != TRAILER_SIZE || fsync(fd) != 0) return failed(path, err);
    return true;
}

bool backup_write(const struct backup_place *from, const char *file, struct backup_info *out, struct error *err) {
    char part[PATH_SIZE];
    struct stat stat_of;
    if (is_remote(from->database)) return ERROR(err, ERR_INVALID, "backup.engine", "use pg_dump for PostgreSQL");
    if (stat(from->database, &stat_of) != 0) {
        return ERROR(err, ERR_NOT_FOUND, "backup.no_database", "%s", from->database);
    }
    if (snprintf(part, sizeof part, "%s.part", file) >= (int)sizeof part) {
        return ERROR(err, ERR_INVALID, "backup.failed", "path too long");
    }
    unlink(part);
    struct backup_info info;
    bool ok = copy_database(from->database, part, err) && check_pages(part, err) &&
              pack_files(part, from->data_dir, &info, err) && seal(part, &info, err) &&
              (rename(part, file) == 0 || failed(file, err)) && sync_folder_of(file, err);
    if (!ok) unlink(part);
    if (ok) *out = info;
    return ok;
}

/* Opens a backup and reads its trailer. */
static bool open_backup(const char *file, int *fd, struct backup_info *out, struct error *err) {
    char trailer[TRAILER_SIZE + 1] = "";
    struct stat stat;
    *fd = open(file, O_RDONLY | O_CLOEXEC);
    if (*fd < 0 || fstat(*fd, &stat) != 0) {
        return ERROR(err, ERR_NOT_FOUND, "backup.no_file", "%s: %s", file, strerror(errno));
    }
    bool whole = stat.st_size > TRAILER_SIZE &&
                 pread(*fd, trailer, TRAILER_SIZE, stat.st_size - TRAILER_SIZE) == TRAILER_SIZE &&
                 str_starts(trailer, MARK) && trailer[TRAILER_SIZE - 1] == '\n';
    if (!whole) return ERROR(err, ERR_INVALID, "backup.damaged", "%s: not a whole backup", file);
    char *at = trailer + sizeof MARK - 1;
    out->bytes = strtoll(at, &at, 10);
    out->total = strtoll(at, NULL, 10);
    memcpy(out->checksum, trailer + TRAILER_SIZE - SECRET_HASH_SIZE, SECRET_HASH_SIZE - 1);
    out->checksum[SECRET_HASH_SIZE - 1] = '\0';
    if (out->total == stat.st_size - TRAILER_SIZE && out->bytes > 0 && out->bytes < out->total) return true;
    return ERROR(err, ERR_INVALID, "backup.damaged", "%s: size differs", file);
}

/* The checksum of all, and the list of attachments. */
static bool verify(const char *file, struct backup_info *out, struct error *err) {
    CLEANUP(close_fd) int fd = -1;
    char checksum[SECRET_HASH_SIZE];
    if (!open_backup(file, &fd, out, err) || !read_through(fd, out->total, checksum, err)) return false;
    if (!secret_equal(checksum, out->checksum)) {
        return ERROR(err, ERR_INVALID, "backup.damaged", "%s: checksum differs", file);
    }
    CLEANUP(close_stream) FILE *from = fopen(file, "re");
    if (from == NULL || fseeko(from, out->bytes, SEEK_SET) != 0) return failed(file, err);
    return backup_files_unpack(from, NULL, &out->files, err);
}

bool backup_verify(const char *file, struct backup_info *out, struct error *err) {
    struct backup_info info;
    if (!verify(file, &info, err) || !check_pages(file, err)) return false;
    *out = info;
    return true;
}

/* Leaving WAL mode needs the database for oneself, and leaves one plain file behind. */
static bool put_aside(const char *database, struct error *err) {
    char aside[PATH_SIZE];
    struct stat stat_of;
    sqlite3 *db = NULL;
    if (stat(database, &stat_of) != 0) return true; /* nothing there yet */
    bool opened = open_db(database, SQLITE_OPEN_READWRITE, &db, err);
    int rc = opened ? sqlite3_exec(db, "PRAGMA journal_mode = DELETE", NULL, NULL, NULL) : SQLITE_OK;
    sqlite3_close(db);
    if (!opened) return false;
    /* what is not a database, or a damaged one, is put aside as it is */
    if (rc == SQLITE_BUSY || rc == SQLITE_LOCKED) return ERROR(err, ERR_CONFLICT, "backup.in_use", "%s", database);
    snprintf(aside, sizeof aside, "%s.before-restore", database);
    return rename(database, aside) == 0 || failed(aside, err);
}

static bool copy_out(FILE *from, int to, int64_t bytes) {
    char block[64 * 1024];
    while (bytes > 0) {
        size_t part = bytes < (int64_t)sizeof block ? (size_t)bytes : sizeof block;
        if (fread(block, 1, part, from) != part || write(to, block, part) != (ssize_t)part) return false;
        bytes -= (int64_t)part;
    }
    return fsync(to) == 0;
}

/* Attachments first: files that no row speaks of yet do no harm, rows without their files would. */
static bool unpack(const char *file, const char *to_path, const char *data_dir, struct backup_info *out,
                   struct error *err) {
    if (!verify(file, out, err)) return false;
    CLEANUP(close_fd) int to = open(to_path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    CLEANUP(close_stream) FILE *from = fopen(file, "re");
    if (to < 0 || from == NULL) return failed(to_path, err);
    if (!copy_out(from, to, out->bytes)) return failed(to_path, err);
    return backup_files_unpack(from, data_dir, &out->files, err);
}

bool backup_restore(const char *file, const struct backup_place *place, struct backup_info *out, struct error *err) {
    const char *database = place->database;
    char fresh[PATH_SIZE];
    struct backup_info info;
    if (is_remote(database)) return ERROR(err, ERR_INVALID, "backup.engine", "use pg_restore for PostgreSQL");
    if (snprintf(fresh, sizeof fresh, "%s.restoring", database) >= PATH_SIZE - 16) {
        return ERROR(err, ERR_INVALID, "backup.failed", "path too long");
    }
    bool ok = unpack(file, fresh, place->data_dir, &info, err) && check_pages(fresh, err) && put_aside(database, err) &&
              (rename(fresh, database) == 0 || failed(database, err)) && sync_folder_of(database, err);
    if (!ok) unlink(fresh);
    if (ok) *out = info;
    return ok;
}
