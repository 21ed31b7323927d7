/* Shared inside the notice room: what its files need of each other. */
#ifndef BONGSU_NOTICE_NOTICE_INTERNAL_H
#define BONGSU_NOTICE_NOTICE_INTERNAL_H

#include "notice/notice.h"

/* ERR_INVALID notice.wording, with a field error `wording` for each finding that blocks. */
bool notice_gate(struct tx *tx, const struct notice *notice, struct error *err) NODISCARD;

/* A new name for the status page: letters and digits, never to be guessed. */
const char *notice_public_id_new(struct arena *arena);

#endif
