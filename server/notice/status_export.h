/* The whole status page as files, so that it survives the portal: FOLDER is a symbolic link to one of two folders
 * beside it, FOLDER.a and FOLDER.b; the other one is written and the link swapped by a rename. A reader sees the old
 * site or the new one, never half of one. Korean at the top, English under en/, the JSON answers under api/v2/. */
#ifndef BONGSU_NOTICE_STATUS_EXPORT_H
#define BONGSU_NOTICE_STATUS_EXPORT_H

#include "base/op.h"

struct status_export {
    const char *folder; /* without a slash at its end; the folder it lies in exists */
    const char *base_url;
    bool always; /* also if the last export says that nothing changed: after a start, when files may be lost */
};

/* *written tells whether anything changed; may be NULL. ERR_BUSY, ERR_INTERNAL `status.file`. */
bool status_export(struct op *op, const struct status_export *wanted, bool *written, struct error *err) NODISCARD;

#endif
