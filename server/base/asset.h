/* Assets: the files under migrations/, templates/ and static/, built into the binary, so that one file is
 * the whole product. With BONGSU_ASSETS=DIR in the environment they are read from DIR instead (development). */
#ifndef BONGSU_BASE_ASSET_H
#define BONGSU_BASE_ASSET_H

#include <stddef.h>

struct asset {
    const char *path; /* "templates/pages/home.html" */
    const unsigned char *bytes; /* followed by a NUL that is not counted */
    size_t size;
};

void asset_start(void); /* once at start, before threads */
const struct asset *asset_find(const char *path); /* NULL if there is none */
/* All assets are in order of path (bytewise). Returns how many there are and the first one. */
size_t asset_all(const struct asset **first);
/* The run of assets whose path starts with prefix. */
size_t asset_under(const char *prefix, const struct asset **first);

#endif
