/* Every route of the portal: one const array per file of pages/, api/ and hooks/, listed in routes.c. */
#ifndef BONGSU_WEB_ROUTES_H
#define BONGSU_WEB_ROUTES_H

#include "http/http.h"

extern const struct route_table *const ROUTE_LIST[];
extern const size_t ROUTE_LIST_COUNT;

#endif
