/* Page cache (architecture D20): whole pages and fragments, kept for one address, language, theme and set of
 * permissions, until one of the topics they show changes or the minute is over (pages say "3분 전"). Personal values
 * are slots, so one copy serves everybody of a role, already compressed; an unchanged page is a 304 without rendering.
 * Answers of the API are kept the same way. Of many who ask at once for a page that nobody has made yet, as when a
 * change reaches thousands of open pages, one makes it and the others wait for it, for half a second at most.
 *
 *     struct page_key key;
 *     if (page_cache_find(request, response, PAGE_EVERYTHING, "", &key)) return;
 *     … read, respond_page(…) …
 *     page_cache_keep(request, response, &key);
 *
 * The handler's own part: topics names everything the page shows; variant tells apart pages that differ for another
 * reason (a page that marks "mine" puts the person's id there). Take the topics before reading: a change in between
 * makes the copy stale at once, never wrong. */
#ifndef BONGSU_WEB_PAGE_CACHE_H
#define BONGSU_WEB_PAGE_CACHE_H

#include "http/http.h"

struct page_cache;

/* For an answer that shows one incident: its own changes, and those that belong to none (policy, people, services). */
#define PAGE_INCIDENT "audit.other incident/%s" /* its reference */
/* For pages that show many things: whatever people or the worker change bumps one of these. */
#define PAGE_EVERYTHING "audit incidents due outbox"

struct page_key {
    const char *text; /* NULL: this answer is not to be kept */
    uint64_t version;
    uint64_t hash;
};

struct page_cache *page_cache_new(void);
void page_cache_free(struct page_cache *cache);

/* topics: separated by blanks. True: *response is the cached page. */
bool page_cache_find(struct request *request, struct response *response, const char *topics, const char *variant,
                     struct page_key *key);
/* For an answer that is not to be kept itself, but of parts that are: only the version of the topics. */
struct page_key page_cache_version(struct request *request, const char *topics);
void page_cache_keep(struct request *request, struct response *response, const struct page_key *key);
void page_cache_done(struct request *request); /* after every handler: whoever waits for it goes on */

/* The variant of a page that is about its reader. */
const char *page_cache_person(const struct request *request);

struct page_cache_figures {
    int64_t hits, misses, entries, bytes;
};
void page_cache_figures(const struct page_cache *cache, struct page_cache_figures *out);

#endif
