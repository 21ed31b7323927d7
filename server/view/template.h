/* Templates: a Mustache subset whose escaping is decided by HTML context when the template loads.
 *
 * {{a.b}} {{#list}}…{{/list}} {{^x}}…{{/x}} {{.}} {{>partial}} {{!comment}} {{{x_html}}}, and {{@key}} for the text of
 * a message key in the reader's language ({{@key name=a.b}} fills {name} from the view model).
 * A value in an unquoted attribute, a tag name, an on… or style attribute, <script> or <style> is a load error.
 * href, src, action and formaction allow http, https, mailto, tel and relative URLs only. Raw output only for keys
 * that end in _html, only in text position. A section holds unless its value is missing, null, false, 0, "" or [].
 * {{>row}} is templates/row, templates/partials/row or row in the template's own folder;
 * {{>content}} is the page within its frame.
 *
 * Templates under slack/ escape & < > as Slack wants it, other .txt templates nothing; in both a section or comment
 * tag that stands alone on its line takes the line with it. */
#ifndef BONGSU_VIEW_TEMPLATE_H
#define BONGSU_VIEW_TEMPLATE_H

#include "base/buf.h"
#include "base/error.h"

#include <jansson.h>

struct i18n;

/* Every .html and .txt under templates/, from the assets; once at start. */
bool template_load_all(bool strict, struct error *err) NODISCARD;

/* name: "pages/home" for templates/pages/home.html, "slack/declared.txt" for a text template (no escaping).
 * In strict mode (tests) a value that is missing from the view model is an error naming template and line;
 * sections may always ask for what is not there. */
bool template_render(const char *name, const json_t *view, const struct i18n *lang, struct buf *out,
                     struct error *err) NODISCARD;
/* The template "layout" with the named one where it says {{>content}}. */
bool template_render_page(const char *content, const json_t *view, const struct i18n *lang, struct buf *out,
                          struct error *err) NODISCARD;

#endif
