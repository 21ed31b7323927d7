/* Frame: what every page's layout shows around the content: navigation by permission (http/page.h's hook). */
#ifndef BONGSU_WEB_PAGES_FRAME_H
#define BONGSU_WEB_PAGES_FRAME_H

#include "http/http.h"

void page_frame(struct request *request, json_t *view);

#endif
