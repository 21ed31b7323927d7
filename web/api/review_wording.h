/* Wording of reports and retrospectives in the API: what submit and publish answer when they are refused. */
#ifndef BONGSU_WEB_API_REVIEW_WORDING_H
#define BONGSU_WEB_API_REVIEW_WORDING_H

#include "http/http.h"
#include "review/document.h"

/* 422 with `findings`: the open ones, as the stored text has them. */
void respond_wording_blocked(struct request *request, struct response *response, enum document_kind kind,
                             const struct error *err);

#endif
