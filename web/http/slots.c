/* Slots: see slots.h. */
#include "http/slots.h"

#include "base/arena.h"
#include "base/id.h"
#include "base/str.h"
#include "http/http_internal.h"

#include <string.h>

const char *slot_marker(const struct request *request, enum slot slot) {
    return arena_printf(request->op->arena, "%s%c", request->http->marker, 'a' + (int)slot);
}

static const char *plain_value(const struct request *request, enum slot slot) {
    const struct actor *actor = request->op->actor;
    const char *name = actor->name == NULL ? "" : actor->name;
    uint32_t code_point;
    char id[ID_TEXT_SIZE];
    switch (slot) {
    case SLOT_CSRF: return request->csrf == NULL ? "" : request->csrf;
    case SLOT_NAME: return name;
    case SLOT_INITIAL: return arena_strn(request->op->arena, name, utf8_next(name, strlen(name), &code_point));
    case SLOT_LOGIN: return actor->login == NULL ? "" : actor->login;
    case SLOT_ID: return arena_str(request->op->arena, id_text(actor->user_id, id));
    case SLOT_COUNT: break;
    }
    return "";
}

const char *slot_value(const struct request *request, enum slot slot) {
    const char *plain = plain_value(request, slot);
    struct buf escaped;
    buf_init(&escaped, request->op->arena, 4096);
    buf_html(&escaped, plain, strlen(plain));
    return escaped.data;
}

size_t slots_split(const struct http *http, const char *bytes, size_t size, struct slot_piece *pieces) {
    const char *end = bytes + size;
    size_t count = 0;
    size_t marker_len = strlen(http->marker);
    while (count < SLOT_PIECES_MAX - 1) {
        const char *found = memmem(bytes, (size_t)(end - bytes), http->marker, marker_len);
        if (found == NULL || end - found <= (ptrdiff_t)marker_len) break;
        int slot = found[marker_len] - 'a';
        REQUIRE(slot >= 0 && slot < SLOT_COUNT);
        pieces[count++] = (struct slot_piece){ bytes, (size_t)(found - bytes), (enum slot)slot };
        bytes = found + marker_len + 1;
    }
    pieces[count++] = (struct slot_piece){ bytes, (size_t)(end - bytes), SLOT_COUNT };
    return count;
}
