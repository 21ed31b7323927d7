/* What the API's handlers share: members of a JSON body with their types checked, ids in paths, versions as ETags,
 * lists with cursors. */
#ifndef BONGSU_WEB_API_RESOURCE_H
#define BONGSU_WEB_API_RESOURCE_H

#include "http/http.h"

/* The body's object. ERR_UNREADABLE `json.not_object` for anything else, or none. */
bool api_body(struct request *request, const json_t **out, struct error *err) NODISCARD;

/* A text member: NULL if absent; null reads as "", which clears (merge patch); other types are `not_text`. */
const char *api_text(struct op *op, const json_t *body, const char *name);
/* As api_text for a whole number or true/false, given back as the domain's texts: "3", "true". */
const char *api_number(struct op *op, const json_t *body, const char *name);
const char *api_flag(struct op *op, const json_t *body, const char *name);
/* The member `version`, as it was read: -1 if absent or null, which skips the check; other types are `not_number`. */
int64_t api_version(struct op *op, const json_t *body);
/* Names a member that is there and no object: `not_object`. */
void api_check_object(struct op *op, const json_t *body, const char *name);
/* What is wrong with a field is said under the name its sender knows. */
void api_name_field(struct op *op, const char *ours, const char *theirs);
/* An array of texts, NULL-terminated; NULL if absent. `not_list`, `not_text`, `too_many`. */
const char *const *api_texts(struct op *op, const json_t *body, const char *name);
/* The same as one text with commas, as forms send such lists: "mon,tue,". */
const char *api_words(struct op *op, const json_t *body, const char *name);
/* RFC 3339; 0 if absent or null. */
int64_t api_instant(struct op *op, const json_t *body, const char *name);

/* An id in the path; one that cannot be is not found. */
bool api_path_id(struct request *request, const char *name, const char *code, int64_t *id, struct error *err) NODISCARD;

/* The version in If-Match: 0 if there is none or "*" (whatever it is), -1 if it is not one of ours. */
int64_t api_if_match(const struct request *request);

/* One resource with its ETag: version and content, so that a joined name that changes is seen too. */
void api_answer(struct request *request, struct response *response, int status, json_t *json, int64_t version);
void api_created(struct request *request, struct response *response, json_t *json, int64_t version,
                 const char *location);
void api_done(struct response *response); /* 204 */

/* A list: {"items": […], "next_cursor": …} and Link: rel="next". next NULL: the last page. */
void api_list(struct request *request, struct response *response, json_t *items, const char *next);
/* limit and a text cursor of the query. False: answered already. */
bool api_page(struct request *request, struct response *response, int *limit, const char **after);

#endif
