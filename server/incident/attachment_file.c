/* The files of attachments: DATA/attachments/ab/abcdef…, named by their hash. A file is written aside, synced and
 * renamed, and its folder synced, before any row speaks of it; a crash in between leaves at most an unused file. */
#include "incident/attachment_row.h"

#include "base/arena.h"
#include "base/fault.h"
#include "base/secret.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

static void close_file(const int *file) {
    if (*file >= 0) close(*file);
}

static bool failed(struct error *err, const char *what, const char *path) {
    enum error_kind kind = errno == ENOSPC ? ERR_BUSY : ERR_INTERNAL;
    return ERROR(err, kind, "attachment.file", "%s %s: %s", what, path, strerrordesc_np(errno));
}

static bool folder_make(const char *path, struct error *err) {
    return mkdir(path, 0700) == 0 || errno == EEXIST || failed(err, "mkdir", path);
}

static bool folder_sync(const char *path, struct error *err) {
    CLEANUP(close_file) int folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (folder < 0 || fault_here("attachment.folder_sync") || fsync(folder) != 0) return failed(err, "sync", path);
    return true;
}

static bool write_all(int file, const char *bytes, size_t size) {
    while (size > 0) {
        ssize_t done = write(file, bytes, size);
        if (done < 0 && errno == EINTR) continue;
        if (done <= 0) return false;
        bytes += done;
        size -= (size_t)done;
    }
    return true;
}

static bool write_aside(const char *path, const struct attachment_draft *draft, struct error *err) {
    CLEANUP(close_file) int file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (file < 0) return failed(err, "create", path);
    if (fault_here("attachment.write") || !write_all(file, draft->bytes, draft->size) || fsync(file) != 0) {
        failed(err, "write", path);
        unlink(path);
        return false;
    }
    return true;
}

static const char *folder_of(struct arena *arena, const char *data_dir, const char *hash) {
    return arena_printf(arena, "%s/attachments/%.2s", data_dir, hash);
}

bool attachment_file_write(struct arena *arena, const char *data_dir, const char *hash,
                           const struct attachment_draft *draft, struct error *err) {
    const char *all = arena_printf(arena, "%s/attachments", data_dir);
    const char *folder = folder_of(arena, data_dir, hash);
    const char *path = arena_printf(arena, "%s/%s", folder, hash);
    if (access(path, R_OK) == 0) return true;
    if (!folder_make(data_dir, err) || !folder_make(all, err) || !folder_make(folder, err)) return false;
    char unique[SECRET_TOKEN_SIZE];
    secret_token(unique);
    const char *aside = arena_printf(arena, "%s.%s", path, unique);
    if (!write_aside(aside, draft, err)) return false;
    if (fault_here("attachment.rename") || rename(aside, path) != 0) {
        failed(err, "rename", path);
        unlink(aside);
        return false;
    }
    return folder_sync(folder, err) && folder_sync(all, err);
}

bool attachment_file_read(struct arena *arena, const char *data_dir, const struct attachment *attachment,
                          const char **bytes, struct error *err) {
    const char *folder = folder_of(arena, data_dir, attachment->hash);
    const char *path = arena_printf(arena, "%s/%s", folder, attachment->hash);
    CLEANUP(close_file) int file = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (file < 0) return failed(err, "open", path);
    size_t size = (size_t)attachment->size, at = 0;
    char *out = arena_alloc(arena, size + 1);
    while (at < size) {
        ssize_t done = read(file, out + at, size - at);
        if (done < 0 && errno == EINTR) continue;
        if (done <= 0) return failed(err, "read", path);
        at += (size_t)done;
    }
    *bytes = out;
    return true;
}
