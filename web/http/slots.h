/* Slots: what belongs to one person within a page that is otherwise the same for many: the CSRF token of the session,
 * name and login. Templates write placeholders; the real values are put in when the answer leaves. So a page can be
 * cached for everybody with the same role, and a secret is never compressed together with other text. */
#ifndef BONGSU_WEB_SLOTS_H
#define BONGSU_WEB_SLOTS_H

#include "http/http.h"

enum slot { SLOT_CSRF, SLOT_NAME, SLOT_INITIAL, SLOT_LOGIN, SLOT_ID, SLOT_COUNT };
enum { SLOT_PIECES_MAX = 400 };

/* What templates get in place of the value: 32 random characters of this process and one for the slot. */
const char *slot_marker(const struct request *request, enum slot slot);
/* The value for this reader, escaped for HTML. */
const char *slot_value(const struct request *request, enum slot slot);

/* Text between slots; slot is the one after it, SLOT_COUNT after the last. */
struct slot_piece {
    const char *bytes;
    size_t size;
    enum slot slot;
};
/* At most SLOT_PIECES_MAX; whatever would be more keeps its markers, which no page comes near. */
size_t slots_split(const struct http *http, const char *bytes, size_t size, struct slot_piece *pieces);

#endif
