/* Counting text messages: see sms.h. Character by character, so that one that EUC-KR lacks is found and named. */
#include "notice/sms.h"

#include "base/arena.h"
#include "base/require.h"
#include "base/str.h"

#include <iconv.h>
#include <stdint.h>
#include <string.h>

/* Bytes of one character in EUC-KR, 0 if it is not there. */
static size_t euc_kr_bytes(iconv_t converter, const char *bytes, size_t len) {
    char in[8];
    char out[8];
    char *from = in;
    char *to = out;
    size_t left = sizeof out;
    memcpy(in, bytes, len);
    if (iconv(converter, &from, &len, &to, &left) == (size_t)-1) {
        iconv(converter, NULL, NULL, NULL, NULL);
        return 0;
    }
    return sizeof out - left;
}

struct sms_size sms_measure(struct arena *arena, const char *text) {
    struct sms_size size = { .bytes = 0, .kind = "too_long", .missing = NULL };
    iconv_t converter = iconv_open("EUC-KR", "UTF-8");
    REQUIRE(converter != (iconv_t)-1);
    size_t len = strlen(text);
    for (size_t at = 0; at < len;) {
        uint32_t point;
        size_t step = utf8_next(text + at, len - at, &point);
        size_t bytes = point < 0x80 ? 1 : euc_kr_bytes(converter, text + at, step);
        if (bytes == 0 && size.missing == NULL) size.missing = arena_strn(arena, text + at, step);
        size.bytes += bytes == 0 ? 2 : bytes;
        at += step;
    }
    iconv_close(converter);
    if (size.bytes <= LMS_BYTES) size.kind = size.bytes <= SMS_BYTES ? "sms" : "lms";
    return size;
}
