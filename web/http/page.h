/* Pages: members that every template may use.
 *
 *   lang theme path build title csrf    texts; csrf is "" without a session
 *   me          null, or {id, login, name, initial, role, role_label, may {read, respond, intake, notice,
 *               notice_approve, review, schedule, service, admin}}
 *   next_lang   {code, label, url}: the same page in the other language
 *   flash       null, or {kind, icon, text}, shown once after a redirect
 * and what the page_frame hook adds (web/pages: navigation). */
#ifndef BONGSU_WEB_PAGE_H
#define BONGSU_WEB_PAGE_H

#include "http/http.h"

void page_common(struct request *request, struct response *response, json_t *view);
/* The member csrf of a view, for parts that are rendered before their page. */
void page_token(const struct request *request, json_t *view);

#endif
