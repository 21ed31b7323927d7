/* The page of a report or retrospective, shared by the files that handle its forms. */
#ifndef BONGSU_WEB_PAGES_DOCUMENT_PAGE_H
#define BONGSU_WEB_PAGES_DOCUMENT_PAGE_H

#include "pages/review/document_view.h"

/* What a refused request was about: that form shows what was typed, the rest of the page what is stored. */
enum document_refused { REFUSED_NOTHING, REFUSED_SECTION, REFUSED_PART, REFUSED_STEP, REFUSED_ACTION };
struct document_refusal {
    enum document_refused what;
    enum document_part part; /* with REFUSED_PART */
    const struct error *err;
};

/* refusal NULL: nothing was refused. */
void document_page_show(struct request *request, struct response *response, const struct document_refusal *refusal);
/* After a write: back to the page at the place it was about, or the page again with what was refused. */
void document_page_answer(struct request *request, struct response *response, bool done, const char *flash,
                          const struct document_refusal *refusal);
/* View members facts_form, meeting_form, pace_form, whys_form, action_form, publish_form, actions [], errors. */
bool document_parts_view(struct screen *screen, const struct document_data *data,
                         const struct document_refusal *refusal, struct error *err) NODISCARD;

/* The fields of a why's row, followed by its number. */
static const char *const DOCUMENT_WHY_MEMBERS[] = { "question", "answer", "evidence" };
/* A form's text with LF line ends; "" if it was not sent. The version a form was handed out with. */
const char *document_lines(struct request *request, const char *name);
struct part_base document_base(struct request *request);

#endif
