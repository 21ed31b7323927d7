/* Notices as the API and the pages see them. Ids are strings, instants RFC 3339 UTC, texts {ko, en}. */
#ifndef BONGSU_NOTICE_NOTICE_JSON_H
#define BONGSU_NOTICE_NOTICE_JSON_H

#include "notice/notice.h"
#include "notice/template_store.h"

#include <jansson.h>

/* Without channels and checks: for lists. */
json_t *notice_row_json(struct op *op, const struct notice *notice);

/* The whole desk of one notice in one read: the row, `incident`, `channels` by language, `agreement` (what stands in
 * one language only), `changes` (words changed since the last published notice of the incident), `answers` by language:
 * phone and ars as they are kept, null where they are made from the notice. */
bool notice_json(struct op *op, const struct notice *notice, json_t **out, struct error *err) NODISCARD;

/* {template, stage, lang, title, text, channels}: the filled-in text of a scenario, nothing stored.
 * next_at: as typed, may be NULL. */
struct notice_preview_query {
    const char *template, *stage, *lang, *next_at;
};
bool notice_preview(struct op *op, const char *ref, const struct notice_preview_query *query, json_t **out,
                    struct error *err) NODISCARD;

/* Lists are new references, for api_list. */
json_t *notice_list_json(struct op *op, const struct notice_list *list);
json_t *notice_versions_json(struct op *op, const struct notice_version *list, size_t count);
/* [{key, name{ko,en}, stages{detected{ko{title,text},en{…}}, …}}] */
bool notice_templates_json(struct op *op, json_t **out, struct error *err) NODISCARD;
/* {key, name, stage, lang, version, title, text, own, shipped{title,text}, versions[]} */
json_t *notice_template_json(struct op *op, const struct notice_template *template);

#endif
