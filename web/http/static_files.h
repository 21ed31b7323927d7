/* Static files: everything under static/ of the assets, at /static/…. With ?v=BUILD they never change. */
#ifndef BONGSU_WEB_STATIC_FILES_H
#define BONGSU_WEB_STATIC_FILES_H

#include "http/http.h"

struct static_files;

struct static_files *static_files_new(void); /* compresses text once */
void static_files_free(struct static_files *files);
const char *static_files_build(const struct static_files *files); /* changes when any file does */

/* True if path is one of ours and *response is filled. */
bool static_files_serve(const struct static_files *files, const struct request *request, struct response *response);

#endif
