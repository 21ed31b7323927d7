/* What the kinds of `bongsu import` share. */
#ifndef BONGSU_WEB_COMMANDS_IMPORT_FILE_H
#define BONGSU_WEB_COMMANDS_IMPORT_FILE_H

#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>

struct arena;

/* A whole text file, "-" for standard input; at most max bytes. ERR_UNREADABLE, ERR_TOO_LARGE. */
bool import_read_file(struct arena *arena, const char *path, size_t max, const char **out, struct error *err) NODISCARD;

#endif
