/* Zones by name, their offsets, and the one rule by which wall times become instants (tz_resolve). Zones are read
 * once and kept: there are some hundred files, and their number is the machine's, not a caller's. */
#include "text/tz_internal.h"

#include "base/arena.h"
#include "base/str.h"

#include <fcntl.h>
#include <pthread.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define ZONE_FOLDER "/usr/share/zoneinfo/"

enum { NAME_MAX_LENGTH = 64, FILE_MAX = 128 * 1024, CACHE_CAP = 64 * 1024 * 1024, NEAR = 36 * 3600 };

static struct { /* a cache: zones read so far, each immutable once listed */
    pthread_mutex_t lock;
    struct arena *arena;
    const struct tz *zones;
    char version[16];
} cache = { .lock = PTHREAD_MUTEX_INITIALIZER };

static bool name_is_plain(const char *name) {
    static const char PLAIN[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_+-/";
    if (name == NULL || name[0] == '\0' || name[0] == '/' || strlen(name) > NAME_MAX_LENGTH) return false;
    if (strspn(name, PLAIN) != strlen(name)) return false;
    return strstr(name, "//") == NULL && !str_ends(name, "/");
}

/* Whole regular file, or 0. */
static size_t read_file(const char *path, unsigned char *out, size_t max) {
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) return 0;
    struct stat info;
    size_t size = 0;
    if (fstat(fd, &info) == 0 && S_ISREG(info.st_mode)) {
        ssize_t got;
        while (size < max && (got = read(fd, out + size, max - size)) > 0) size += (size_t)got;
    }
    close(fd);
    return size;
}

static const struct tz *load(const char *name) {
    struct arena *scratch = arena_new(4 * FILE_MAX);
    unsigned char *bytes = arena_alloc(scratch, FILE_MAX);
    size_t size = read_file(arena_printf(scratch, ZONE_FOLDER "%s", name), bytes, FILE_MAX);
    struct tz zone = { 0 };
    struct tz *kept = NULL;
    if (tz_file_parse(bytes, size, scratch, &zone)) {
        if (cache.arena == NULL) cache.arena = arena_new(CACHE_CAP);
        kept = ARENA_NEW(cache.arena, struct tz);
        *kept = zone;
        kept->name = arena_str(cache.arena, name);
        kept->stretches = ARENA_ARRAY(cache.arena, zone.count, struct tz_stretch);
        memcpy(kept->stretches, zone.stretches, zone.count * sizeof *zone.stretches);
        kept->next = cache.zones;
        cache.zones = kept;
    }
    arena_free(scratch);
    return kept;
}

bool tz_find(const char *name, const struct tz **out, struct error *err) {
    if (!name_is_plain(name)) return ERROR(err, ERR_INVALID, "tz.unknown", "not a zone name");
    pthread_mutex_lock(&cache.lock);
    const struct tz *zone = cache.zones;
    while (zone != NULL && strcmp(zone->name, name) != 0) zone = zone->next;
    if (zone == NULL) zone = load(name);
    pthread_mutex_unlock(&cache.lock);
    if (zone == NULL) return ERROR(err, ERR_INVALID, "tz.unknown", "no zone %s in " ZONE_FOLDER, name);
    *out = zone;
    return true;
}

const char *tz_name(const struct tz *tz) {
    return tz->name;
}

/* The first line of tzdata.zi is "# version 2025b". */
const char *tz_version(void) {
    pthread_mutex_lock(&cache.lock);
    unsigned char line[64] = { 0 };
    static const char start[] = "# version ";
    if (cache.version[0] == '\0' && read_file(ZONE_FOLDER "tzdata.zi", line, sizeof line - 1) > 0 &&
        str_starts((const char *)line, start)) {
        const char *version = (const char *)line + sizeof start - 1;
        size_t len = strcspn(version, "\n");
        if (len < sizeof cache.version) memcpy(cache.version, version, len);
    }
    pthread_mutex_unlock(&cache.lock);
    return cache.version;
}

/* How far an instant (or a wall time) lies behind the place where the table repeats. */
static int64_t periods_past(const struct tz *tz, int64_t seconds) {
    return seconds < tz->mapped_from ? 0 : ((seconds - tz->mapped_from) / TZ_PERIOD + 1) * TZ_PERIOD;
}

/* Index of the stretch that holds the instant. */
static size_t stretch_at(const struct tz *tz, int64_t at) {
    size_t low = 0, high = tz->count;
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        if (tz->stretches[middle].start <= at) low = middle;
        else high = middle;
    }
    return low;
}

int32_t tz_offset(const struct tz *tz, int64_t unix_seconds) {
    return tz->stretches[stretch_at(tz, unix_seconds - periods_past(tz, unix_seconds))].offset;
}

void tz_local(const struct tz *tz, int64_t unix_seconds, struct civil *out) {
    civil_from_seconds(unix_seconds + tz_offset(tz, unix_seconds), out);
}

int64_t tz_resolve(const struct tz *tz, int64_t wall_seconds) {
    int64_t past = periods_past(tz, wall_seconds);
    int64_t wall = wall_seconds - past;
    /* No offset reaches a day and a half, so before `wall - NEAR` every clock was behind `wall`. In order of time, the
     * first stretch in which the clock reaches `wall` answers: at `wall` itself, or at its start if it skips it. */
    size_t i = stretch_at(tz, wall - NEAR);
    for (; i + 1 < tz->count; i++) {
        int64_t shown = wall - tz->stretches[i].offset;
        int64_t at = shown > tz->stretches[i].start ? shown : tz->stretches[i].start;
        if (at < tz->stretches[i + 1].start) return at + past;
    }
    int64_t shown = wall - tz->stretches[i].offset;
    return (shown > tz->stretches[i].start ? shown : tz->stretches[i].start) + past;
}
