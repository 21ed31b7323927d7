/* A template's text on sample values, while it is being written. Nothing is stored. */
#ifndef BONGSU_NOTICE_TEMPLATE_PREVIEW_H
#define BONGSU_NOTICE_TEMPLATE_PREVIEW_H

#include "notice/template_store.h"

#include <jansson.h>

/* PERM_READ. {title, text, channels, variables [{name, tag, value, missing}], errors [{field, code, message, name,
 * line, column, offset, length}]}: title, text and channels are null while there are errors. Field errors for a stage
 * or language that there is not. */
bool notice_template_preview(struct op *op, const struct notice_template_input *input, json_t **out,
                             struct error *err) NODISCARD;

#endif
