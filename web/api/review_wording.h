/* Wording of documents in the API: what submit and publish answer when they are refused, and the shape of a review. */
#ifndef BONGSU_WEB_API_REVIEW_WORDING_H
#define BONGSU_WEB_API_REVIEW_WORDING_H

#include "http/http.h"
#include "review/document.h"
#include "wording/gate.h"

/* 422 with `findings`: the open ones, as the stored text has them. */
void respond_wording_blocked(struct request *request, struct response *response, enum document_kind kind,
                             const struct error *err);
/* {findings, waivers, blocked} */
void respond_wording_review(struct request *request, struct response *response, int status,
                            const struct wording_review *review);
/* Body: rule, section, start, reason. */
struct waiver_wish request_waiver_wish(const struct request *request);

#endif
