/* Attachments in a backup: see backup_files.h. */
#include "store/backup_files.h"

#include "base/fault.h"
#include "base/str.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PATH_SIZE = 4096, BLOCK = 64 * 1024, NAME_MAX_LEN = 128, HEADER_SIZE = NAME_MAX_LEN + 32 };

static void close_dir(DIR **dir) {
    if (*dir != NULL) closedir(*dir);
}

static void close_stream(FILE **file) {
    if (*file != NULL) fclose(*file);
}

static bool failed(const char *what, struct error *err) {
    return ERROR(err, ERR_INTERNAL, "backup.failed", "%s: %s", what, strerror(errno));
}

/* A finished file is named by its hash; one being written has a point in its name. */
static bool is_hash(const char *name, size_t min, size_t max) {
    size_t len = strspn(name, "0123456789abcdef");
    return name[len] == '\0' && len >= min && len <= max;
}

static bool copy(FILE *from, FILE *to, int64_t bytes) {
    char block[BLOCK];
    while (bytes > 0) {
        size_t part = bytes < BLOCK ? (size_t)bytes : BLOCK;
        if (fread(block, 1, part, from) != part) return false;
        if (to != NULL && fwrite(block, 1, part, to) != part) return false;
        bytes -= (int64_t)part;
    }
    return !fault_here("backup file");
}

static bool pack_file(const char *folder, const char *name, FILE *to, struct error *err) {
    char path[PATH_SIZE];
    struct stat stat_of;
    if (snprintf(path, sizeof path, "%s/%s", folder, name) >= (int)sizeof path) return failed(folder, err);
    CLEANUP(close_stream) FILE *from = fopen(path, "re");
    if (from == NULL || fstat(fileno(from), &stat_of) != 0) return failed(path, err);
    if (fprintf(to, "%s %lld\n", name, (long long)stat_of.st_size) < 0 || !copy(from, to, stat_of.st_size)) {
        return failed(path, err);
    }
    return true;
}

static bool pack_folder(const char *folder, FILE *to, int64_t *count, struct error *err) {
    CLEANUP(close_dir) DIR *dir = opendir(folder);
    if (dir == NULL) return failed(folder, err);
    for (const struct dirent *entry = readdir(dir); entry != NULL; entry = readdir(dir)) {
        if (!is_hash(entry->d_name, 3, NAME_MAX_LEN)) continue;
        if (!pack_file(folder, entry->d_name, to, err)) return false;
        ++*count;
    }
    return true;
}

bool backup_files_pack(const char *data_dir, FILE *to, int64_t *count, struct error *err) {
    char all[PATH_SIZE], folder[PATH_SIZE];
    *count = 0;
    if (snprintf(all, sizeof all, "%s/attachments", data_dir) >= (int)sizeof all - 8) return failed(data_dir, err);
    CLEANUP(close_dir) DIR *dir = opendir(all);
    if (dir == NULL && errno != ENOENT) return failed(all, err);
    for (const struct dirent *entry; dir != NULL && (entry = readdir(dir)) != NULL;) {
        if (!is_hash(entry->d_name, 2, 2)) continue;
        if (snprintf(folder, sizeof folder, "%s/%s", all, entry->d_name) >= (int)sizeof folder) continue;
        if (!pack_folder(folder, to, count, err)) return false;
    }
    return fputc('\n', to) == '\n' || failed("writing", err);
}

/* Written aside and renamed, as attachments always are. */
static bool unpack_file(FILE *from, const char *data_dir, const char *name, int64_t size, struct error *err) {
    char path[PATH_SIZE], aside[PATH_SIZE + 8];
    snprintf(path, sizeof path, "%s/attachments", data_dir);
    if (mkdir(path, 0700) != 0 && errno != EEXIST) return failed(path, err);
    snprintf(path, sizeof path, "%s/attachments/%.2s", data_dir, name);
    if (mkdir(path, 0700) != 0 && errno != EEXIST) return failed(path, err);
    if (snprintf(path, sizeof path, "%s/attachments/%.2s/%s", data_dir, name, name) >= (int)sizeof path) {
        return failed(data_dir, err);
    }
    if (access(path, F_OK) == 0) return copy(from, NULL, size) || failed("reading", err);
    snprintf(aside, sizeof aside, "%s.back", path);
    int fd = open(aside, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
    CLEANUP(close_stream) FILE *to = fd < 0 ? NULL : fdopen(fd, "w");
    if (to == NULL) return failed(aside, err);
    if (copy(from, to, size) && fflush(to) == 0 && fsync(fd) == 0 && rename(aside, path) == 0) return true;
    failed(path, err);
    unlink(aside);
    return false;
}

bool backup_files_unpack(FILE *from, const char *data_dir, int64_t *count, struct error *err) {
    char header[HEADER_SIZE];
    *count = 0;
    while (fgets(header, sizeof header, from) != NULL) {
        int64_t size = -1;
        char *space = strchr(header, ' ');
        if (str_eq(header, "\n")) return true;
        if (space != NULL) *space++ = '\0';
        if (space != NULL) space[strcspn(space, "\n")] = '\0';
        if (space == NULL || !is_hash(header, 3, NAME_MAX_LEN) || !str_to_i64(space, &size) || size < 0) break;
        bool done = data_dir == NULL ? copy(from, NULL, size) || failed("reading", err)
                                     : unpack_file(from, data_dir, header, size, err);
        if (!done) return false;
        ++*count;
    }
    return ERROR(err, ERR_INVALID, "backup.damaged", "the list of attachments is broken");
}

bool backup_file_name_ok(const char *name) {
    return is_hash(name, 3, NAME_MAX_LEN);
}

bool backup_file_put(const char *data_dir, const char *name, const void *bytes, size_t size, struct error *err) {
    union {
        const void *in;
        void *stream; /* fmemopen wants it so; "r" only reads */
    } from = { bytes };
    if (size == 0) return ERROR(err, ERR_INVALID, "backup.damaged", "%s is empty", name);
    CLEANUP(close_stream) FILE *file = fmemopen(from.stream, size, "r");
    if (file == NULL) return failed(name, err);
    return unpack_file(file, data_dir, name, (int64_t)size, err);
}
