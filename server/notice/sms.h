/* How carriers count a text message: EUC-KR, a Hangul syllable is two bytes. Up to 90 bytes is an SMS, up to 2,000 an
 * LMS; longer texts are refused by gateways (R-J1). */
#ifndef BONGSU_NOTICE_SMS_H
#define BONGSU_NOTICE_SMS_H

#include <stddef.h>

struct arena;

enum { SMS_BYTES = 90, LMS_BYTES = 2000 };

struct sms_size {
    size_t bytes; /* characters that EUC-KR lacks count as two, as gateways replace them by a wide one */
    const char *kind; /* "sms", "lms" or "too_long" */
    const char *missing; /* the first character EUC-KR lacks, NULL if none */
};

struct sms_size sms_measure(struct arena *arena, const char *text);

#endif
