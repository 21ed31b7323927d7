/* What is said beside a notice: the answer on the phone and the recorded voice, in both languages (R-C4). Made from the
 * notice's texts until somebody writes their own; with the publication they are kept as they were said. */
#ifndef BONGSU_NOTICE_ANSWER_H
#define BONGSU_NOTICE_ANSWER_H

#include "notice/notice.h"

enum { ANSWER_LANGS = 2 }; /* ko, en */

struct notice_answer {
    const char *phone, *ars; /* NULL: made from the notice */
};
struct notice_answers {
    struct notice_answer of[ANSWER_LANGS];
};

bool notice_answers_find(struct tx *tx, int64_t notice_id, struct notice_answers *out, struct error *err) NODISCARD;
/* What was typed with the notice: NULL leaves a text, "" goes back to the one made. Field errors in op. */
void notice_answers_read(struct op *op, const struct notice_input *input, struct notice_answers *answers);
bool notice_answers_put(struct tx *tx, int64_t notice_id, const struct notice_answers *answers,
                        struct error *err) NODISCARD;

/* Every channel in one language, with the stored answers in their place. */
bool notice_channels_of(struct tx *tx, const struct notice *notice, const char *lang, json_t **out,
                        struct error *err) NODISCARD;
/* At publication: what is said now stays. */
bool notice_answers_freeze(struct tx *tx, const struct notice *notice, struct error *err) NODISCARD;

extern const struct sql_list NOTICE_ANSWER_STATEMENTS;

#endif
