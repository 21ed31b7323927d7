/* Reading the scripts that come with the program; used by this room alone. */
#ifndef BONGSU_DRILL_SCRIPT_H
#define BONGSU_DRILL_SCRIPT_H

#include "drill/drill.h"

bool script_all(struct arena *arena, const char *lang, struct drill_scripts *out, struct error *err) NODISCARD;
/* ERR_NOT_FOUND `drill.unknown`; ERR_INTERNAL for a file that breaks drill.h's promises (a test reads them all). */
bool script_read(struct arena *arena, const char *lang, const char *key, struct drill_script *out,
                 struct error *err) NODISCARD;

#endif
