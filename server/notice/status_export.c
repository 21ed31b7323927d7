/* Writing the status page as files: see status_export.h. */
#include "notice/status_export.h"

#include "base/arena.h"
#include "base/asset.h"
#include "base/json.h"
#include "base/str.h"
#include "notice/status_json.h"
#include "text/i18n.h"
#include "view/template.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { FILES_MAX = 32, FILE_BYTES_MAX = 16 * 1024 * 1024, DIGEST_TEXT = crypto_generichash_BYTES * 2 + 1 };

struct file {
    const char *path; /* under the site's folder */
    const char *bytes;
    size_t size;
};
struct site_files {
    struct file list[FILES_MAX];
    size_t count;
};

static void add(struct site_files *files, const char *path, const char *bytes, size_t size) {
    REQUIRE(files->count < FILES_MAX);
    files->list[files->count++] = (struct file){ path, bytes, size };
}

static void add_buf(struct site_files *files, const char *path, const struct buf *bytes) {
    add(files, path, bytes->data, bytes->len);
}

/* Addresses are relative: the files work wherever they are put. */
static bool add_language(struct op *op, const struct status_site *site, const char *base_url, const char *lang,
                         struct site_files *files, struct error *err) {
    bool english = str_eq(lang, "en");
    const char *up = english ? "../" : "", *folder = english ? "en/" : "";
    const struct status_reader reader = { i18n_get(lang), base_url };
    static const char *const PAGES[] = { "index.html", "history.html" }, *const TEMPLATES[] = { "page", "history" };
    static const char *const FEEDS[] = { "feed.atom", "feed.rss" };
    for (int i = 0; i < 2; i++) {
        struct buf *out = ARENA_NEW(op->arena, struct buf), *feed = ARENA_NEW(op->arena, struct buf);
        const struct status_links links = {
            .home = "index.html",
            .history = "history.html",
            .atom = "feed.atom",
            .rss = "feed.rss",
            .css = arena_printf(op->arena, "%sstatus.css", up),
            .icon = arena_printf(op->arena, "%sfavicon.svg", up),
            .other = arena_printf(op->arena, "%s%s", english ? "../" : "en/", PAGES[i]),
        };
        json_t *view = status_view(op->arena, site, &reader, &links);
        buf_init(out, op->arena, FILE_BYTES_MAX);
        buf_init(feed, op->arena, FILE_BYTES_MAX);
        if (!template_render(arena_printf(op->arena, "status/%s", TEMPLATES[i]), view, reader.lang, out, err))
            return false;
        status_feed(op->arena, site, &reader, (enum status_feed)i, feed);
        if (out->overflow || feed->overflow) return ERROR(err, ERR_INTERNAL, "status.file", "%s too long", PAGES[i]);
        add_buf(files, arena_printf(op->arena, "%s%s", folder, PAGES[i]), out);
        add_buf(files, arena_printf(op->arena, "%s%s", folder, FEEDS[i]), feed);
    }
    for (int i = 0; i < STATUS_ANSWER_COUNT; i++) {
        const char *path = status_answer_path((enum status_answer)i);
        const char *text = json_dump(op->arena, status_json(op->arena, site, &reader, (enum status_answer)i));
        add(files, arena_printf(op->arena, "%sapi/v2/%s", folder, path), text, strlen(text));
    }
    return true;
}

static bool make_files(struct op *op, const char *base_url, struct site_files *files, struct error *err) {
    static const char *const ASSETS[][2] = { { "status.css", "static/css/status.css" },
                                             { "favicon.svg", "static/icons/favicon.svg" } };
    struct status_site site;
    if (!status_load(op, &site, err) || !add_language(op, &site, base_url, "ko", files, err) ||
        !add_language(op, &site, base_url, "en", files, err))
        return false;
    for (size_t i = 0; i < sizeof ASSETS / sizeof *ASSETS; i++) {
        const struct asset *asset = asset_find(ASSETS[i][1]);
        REQUIRE(asset != NULL);
        add(files, ASSETS[i][0], (const char *)asset->bytes, asset->size);
    }
    return true;
}

static void digest_of(const struct site_files *files, char out[DIGEST_TEXT]) {
    crypto_generichash_state state;
    unsigned char digest[crypto_generichash_BYTES];
    crypto_generichash_init(&state, NULL, 0, sizeof digest);
    for (size_t i = 0; i < files->count; i++) {
        const struct file *file = &files->list[i];
        crypto_generichash_update(&state, (const unsigned char *)file->path, strlen(file->path) + 1);
        crypto_generichash_update(&state, (const unsigned char *)&file->size, sizeof file->size);
        crypto_generichash_update(&state, (const unsigned char *)file->bytes, file->size);
    }
    crypto_generichash_final(&state, digest, sizeof digest);
    sodium_bin2hex(out, DIGEST_TEXT, digest, sizeof digest);
}

/* --- files --- */

static void close_file(const int *file) {
    if (*file >= 0) close(*file);
}

static bool failed(struct error *err, const char *what, const char *path) {
    return ERROR(err, errno == ENOSPC ? ERR_BUSY : ERR_INTERNAL, "status.file", "%s %s: %s", what, path,
                 strerrordesc_np(errno));
}

static bool folder_make(const char *path, struct error *err) {
    bool made = mkdir(path, 0755) == 0;
    /* whatever the umask: a web server of another user reads it */
    if (made && chmod(path, 0755) != 0) return failed(err, "chmod", path);
    return made || errno == EEXIST || failed(err, "mkdir", path);
}

/* Aside and renamed: somebody may still be reading what the folder held two exports ago. */
static bool write_file(struct arena *arena, const char *path, const char *bytes, size_t size, struct error *err) {
    const char *aside = arena_printf(arena, "%s.new", path);
    CLEANUP(close_file) int file = open(aside, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0644);
    if (file < 0 || fchmod(file, 0644) != 0) return failed(err, "create", aside);
    while (size > 0) {
        ssize_t done = write(file, bytes, size);
        if (done < 0 && errno == EINTR) continue;
        if (done <= 0) return failed(err, "write", aside);
        bytes += done;
        size -= (size_t)done;
    }
    return rename(aside, path) == 0 || failed(err, "rename", path);
}

static bool write_site(struct op *op, const struct site_files *files, const char *folder, struct error *err) {
    static const char *const FOLDERS[] = { "",
                                           "/en",
                                           "/api",
                                           "/api/v2",
                                           "/api/v2/incidents",
                                           "/api/v2/scheduled-maintenances",
                                           "/en/api",
                                           "/en/api/v2",
                                           "/en/api/v2/incidents",
                                           "/en/api/v2/scheduled-maintenances" };
    for (size_t i = 0; i < sizeof FOLDERS / sizeof *FOLDERS; i++) {
        if (!folder_make(arena_printf(op->arena, "%s%s", folder, FOLDERS[i]), err)) return false;
    }
    for (size_t i = 0; i < files->count; i++) {
        const struct file *file = &files->list[i];
        const char *path = arena_printf(op->arena, "%s/%s", folder, file->path);
        if (!write_file(op->arena, path, file->bytes, file->size, err)) return false;
    }
    return true;
}

/* The digest of the site that is shown, or "" if there is none. */
static void read_digest(struct arena *arena, const char *folder, char out[DIGEST_TEXT]) {
    out[0] = '\0';
    CLEANUP(close_file) int file = open(arena_printf(arena, "%s/.digest", folder), O_RDONLY | O_CLOEXEC);
    if (file < 0) return;
    ssize_t got = read(file, out, DIGEST_TEXT - 1);
    out[got < 0 ? 0 : got] = '\0';
}

/* The name of the folder that is not shown now. */
static const char *spare_of(struct arena *arena, const char *folder) {
    char target[16] = "";
    const char *name = strrchr(folder, '/');
    char shown[256];
    ssize_t len = readlink(folder, shown, sizeof shown - 1);
    shown[len < 0 ? 0 : len] = '\0';
    str_copy(target, sizeof target, str_ends(shown, ".a") ? ".b" : ".a");
    return arena_printf(arena, "%s%s", name == NULL ? folder : name + 1, target);
}

static bool show(struct arena *arena, const char *folder, const char *target, struct error *err) {
    const char *aside = arena_printf(arena, "%s.new", folder);
    if (unlink(aside) != 0 && errno != ENOENT) return failed(err, "unlink", aside);
    if (symlink(target, aside) != 0) return failed(err, "symlink", aside);
    return rename(aside, folder) == 0 || failed(err, "rename", folder);
}

bool status_export(struct op *op, const struct status_export *wanted, bool *written, struct error *err) {
    struct site_files *files = ARENA_NEW(op->arena, struct site_files);
    char before[DIGEST_TEXT], now[DIGEST_TEXT];
    if (written != NULL) *written = false;
    if (!make_files(op, wanted->base_url, files, err)) return false;
    digest_of(files, now);
    read_digest(op->arena, wanted->folder, before);
    if (!wanted->always && str_eq(before, now)) return true;
    const char *spare = spare_of(op->arena, wanted->folder);
    const char *end = strrchr(wanted->folder, '/');
    size_t parent = end == NULL ? 0 : (size_t)(end - wanted->folder) + 1;
    const char *folder = arena_printf(op->arena, "%.*s%s", (int)parent, wanted->folder, spare);
    if (!write_site(op, files, folder, err) ||
        !write_file(op->arena, arena_printf(op->arena, "%s/.digest", folder), now, strlen(now), err) ||
        !show(op->arena, wanted->folder, spare, err))
        return false;
    if (written != NULL) *written = true;
    return true;
}
