/* The body of an issue in Jira's two dialects: ADF for Cloud, wiki markup for Server and Data Center. Pure. */
#ifndef BONGSU_CONNECT_JIRA_TEXT_H
#define BONGSU_CONNECT_JIRA_TEXT_H

#include <jansson.h>
#include <stdbool.h>

struct arena;

enum { JIRA_SUMMARY_MAX = 255 };

/* An ADF document of paragraphs, one a line; url may be NULL, otherwise it ends the document as a link. */
json_t *jira_adf(const char *text, const char *url);
/* The same as wiki markup: everything that would be markup escaped. */
char *jira_wiki(struct arena *arena, const char *text, const char *url);
/* One line of at most JIRA_SUMMARY_MAX characters. */
char *jira_summary(struct arena *arena, const char *text);

#endif
