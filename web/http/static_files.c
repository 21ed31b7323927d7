/* Static files: see static_files.h. */
#include "http/static_files.h"

#include "base/asset.h"
#include "base/secret.h"
#include "base/str.h"
#include "http/gzip.h"

#include <stdlib.h>
#include <string.h>

struct static_file {
    const struct asset *asset;
    const char *content_type;
    char etag[40];
    char *packed; /* NULL: not worth it */
    size_t packed_size;
};

struct static_files {
    char build[17];
    size_t count;
    struct static_file list[];
};

static const struct {
    const char *suffix, *content_type;
    bool text;
} TYPES[] = {
    { ".css", "text/css; charset=utf-8", true },
    { ".js", "text/javascript; charset=utf-8", true },
    { ".mjs", "text/javascript; charset=utf-8", true },
    { ".svg", "image/svg+xml", true },
    { ".json", "application/json", true },
    { ".webmanifest", "application/manifest+json", true },
    { ".txt", "text/plain; charset=utf-8", true },
    { ".png", "image/png", false },
    { ".ico", "image/x-icon", false },
    { ".woff2", "font/woff2", false },
};

static void describe(struct static_file *file, const struct asset *asset) {
    char hash[SECRET_HASH_SIZE];
    secret_hash(asset->bytes, asset->size, hash);
    file->asset = asset;
    file->content_type = "application/octet-stream";
    snprintf(file->etag, sizeof file->etag, "\"%.32s\"", hash);
    for (size_t i = 0; i < sizeof TYPES / sizeof *TYPES; i++) {
        if (!str_ends(asset->path, TYPES[i].suffix)) continue;
        file->content_type = TYPES[i].content_type;
        if (TYPES[i].text) file->packed = gzip_alloc(asset->bytes, asset->size, &file->packed_size);
    }
}

struct static_files *static_files_new(void) {
    const struct asset *first = NULL;
    size_t count = asset_under("static/", &first);
    struct static_files *files = calloc(1, sizeof *files + count * sizeof files->list[0]);
    REQUIRE(files != NULL);
    files->count = count;
    char all[SECRET_HASH_SIZE] = "";
    for (size_t i = 0; i < count; i++) {
        describe(&files->list[i], first + i);
        char chain[SECRET_HASH_SIZE + 40];
        int len = snprintf(chain, sizeof chain, "%s%s", all, files->list[i].etag);
        secret_hash(chain, (size_t)len, all);
    }
    str_copy(files->build, sizeof files->build, all);
    return files;
}

void static_files_free(struct static_files *files) {
    if (files == NULL) return;
    for (size_t i = 0; i < files->count; i++) free(files->list[i].packed);
    free(files);
}

const char *static_files_build(const struct static_files *files) {
    return files->build;
}

static const struct static_file *find(const struct static_files *files, const char *path) {
    size_t low = 0, high = files->count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        int order = strcmp(files->list[middle].asset->path, path);
        if (order == 0) return &files->list[middle];
        if (order < 0) low = middle + 1;
        else high = middle;
    }
    return NULL;
}

bool static_files_serve(const struct static_files *files, const struct request *request, struct response *response) {
    if (request->method != HTTP_GET || !str_starts(request->path, "/static/")) return false;
    const struct static_file *file = find(files, request->path + 1);
    if (file == NULL) return false;
    const char *version = request_query(request, "v");
    response->status = 200;
    response->content_type = file->content_type;
    response->etag = file->etag;
    response->cache_control =
        version != NULL && str_eq(version, files->build) ? "public, max-age=31536000, immutable" : "public, no-cache";
    if (file->packed != NULL) response_header(response, "Vary", "Accept-Encoding");
    if (file->packed != NULL && gzip_accepted(request)) {
        response_header(response, "Content-Encoding", "gzip");
        response->ready = file->packed;
        response->ready_size = file->packed_size;
    } else {
        response->ready = (const char *)file->asset->bytes;
        response->ready_size = file->asset->size;
    }
    return true;
}
