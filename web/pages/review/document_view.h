/* A report or a retrospective as its page, its paper and its history show it. */
#ifndef BONGSU_WEB_PAGES_DOCUMENT_VIEW_H
#define BONGSU_WEB_PAGES_DOCUMENT_VIEW_H

#include "incident/incident_json.h"
#include "pages/form_view.h"
#include "review/typing.h"

/* Everything the pages of one document need. */
struct document_data {
    enum document_kind kind;
    struct incident_view incident;
    struct document document;
    struct approval_list approvals;
    struct revision_list revisions; /* newest first */
    struct typing typing; /* what the reader has typed and not saved, and who else is here */
};

bool document_data_load(struct op *op, const char *ref, enum document_kind kind, struct document_data *out,
                        struct error *err) NODISCARD;

/* Which kind a route is about, and the page's address: "/incidents/INC-…/report". */
enum document_kind document_kind_of(const struct request *request);
const char *document_url(const struct screen *screen, const struct document_data *data);

/* View members: incident (row), document {…}, sections [], whys [], approvals [], revisions [], tabs []. */
void document_view(struct screen *screen, const struct document_data *data);
/* One section as the template shows it; unsaved text of the reader stands in its box, opened. */
json_t *document_section_row(struct screen *screen, const struct document_data *data, const struct section *section,
                             size_t number);
/* Who else is at a section or part now, as a sentence; "" for nobody. */
const char *document_editors(const struct screen *screen, const struct typing *typing, const char *section);
/* May the reader change it as it stands? */
bool document_editable(const struct screen *screen, const struct document *document);
/* Markdown as safe HTML; what cannot be rendered stands as it was typed. */
const char *document_html(const struct screen *screen, const char *markdown);

#endif
