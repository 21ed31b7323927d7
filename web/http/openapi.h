/* The description of the API (OpenAPI 3.1): made from the route table and from templates/openapi, so that it cannot
 * forget a route. Each route for programs has one line in templates/openapi/operations/ROOM.json:
 *
 *   {"op": "POST /api/v1/actions", "id": "createAction", "ko": "…", "en": "…", "query": "state limit",
 *    "body": "title! due:date owner", "answer": "ActionItem[]", "status": 201}
 *
 * body and query: members as "name", "name!" (required), "name:type" (instant date integer boolean list object).
 * body "document": any JSON object; "file": bytes; "multipart": files; "": an empty or absent body. answer: a schema
 * of schemas.json, with [] in a list; "object" (default), "file", "calendar", "none". A test holds table and lines
 * against each other in both directions. */
#ifndef BONGSU_WEB_OPENAPI_H
#define BONGSU_WEB_OPENAPI_H

#include "http/http.h"

bool openapi_describes(const struct route *route); /* routes for programs */
bool openapi_document(struct request *request, json_t **out, struct error *err) NODISCARD;

/* For the readable page: [{room, operations: [{method, pattern, id, summary, permission, members, query}]}]. */
bool openapi_rooms(struct request *request, json_t **out, struct error *err) NODISCARD;

#endif
