/* Templates: a Mustache subset whose escaping is decided by HTML context when the template loads.
 *
 * {{a.b}} {{#list}}…{{/list}} {{^x}}…{{/x}} {{.}} {{>partial}} {{!comment}} {{{x_html}}}, and {{@key}} for the text of
 * a message key in the reader's language ({{@key name=a.b}} fills {name} from the view model).
 * A value in an unquoted attribute, a tag name, an on… or style attribute, <script> or <style> is a load error.
 * href, src, action and formaction allow http, https, mailto and relative URLs only. Raw output only for keys
 * that end in _html, only in text position. */
#ifndef BONGSU_VIEW_TEMPLATE_H
#define BONGSU_VIEW_TEMPLATE_H

#include "base/buf.h"
#include "base/error.h"

#include <jansson.h>

struct i18n;

bool template_load_all(bool strict, struct error *err) NODISCARD; /* all .html and .txt below templates/ */

/* name: "pages/home" for templates/pages/home.html, "slack/declared.txt" for a text template (no escaping).
 * In strict mode (tests) a key that is missing from the view model is an error naming template and line. */
bool template_render(const char *name, const json_t *view, const struct i18n *lang, struct buf *out,
                     struct error *err) NODISCARD;

#endif
