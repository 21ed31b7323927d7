/* Answers: rows, and what they are made from. See answer.h. */
#include "notice/answer.h"

#include "base/arena.h"
#include "base/field.h"
#include "base/json.h"
#include "base/str.h"
#include "notice/facts.h"
#include "text/i18n.h"

SQL(ANSWERS_OF, "i", "tTT", "SELECT lang, phone, ars FROM notice_answer WHERE notice_id = ?1");
SQL(ANSWER_PUT, "itTTti", "",
    "INSERT INTO notice_answer (notice_id, lang, phone, ars, saved_by, saved_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6) "
    "ON CONFLICT (notice_id, lang) DO UPDATE SET phone = excluded.phone, ars = excluded.ars, "
    "saved_by = excluded.saved_by, saved_at = excluded.saved_at");
SQL(ANSWER_DROP, "it", "", "DELETE FROM notice_answer WHERE notice_id = ?1 AND lang = ?2");

static const struct sql *const STATEMENTS[] = { &ANSWERS_OF, &ANSWER_PUT, &ANSWER_DROP };
const struct sql_list NOTICE_ANSWER_STATEMENTS = { "notice_answer", STATEMENTS,
                                                   sizeof STATEMENTS / sizeof *STATEMENTS };

static const char *const LANGS[ANSWER_LANGS] = { "ko", "en" };

bool notice_answers_find(struct tx *tx, int64_t notice_id, struct notice_answers *out, struct error *err) {
    struct rows rows;
    *out = (struct notice_answers){ 0 };
    if (!tx_query(tx, &ANSWERS_OF, ARGS(I64(notice_id)), &rows, err)) return false;
    while (rows_next(&rows)) {
        struct notice_answer *answer = &out->of[str_eq(rows_text(&rows, 0), "en")];
        *answer = (struct notice_answer){ rows_text(&rows, 1), rows_text(&rows, 2) };
    }
    return true;
}

bool notice_answers_put(struct tx *tx, int64_t notice_id, const struct notice_answers *answers, struct error *err) {
    const struct op *op = tx_op(tx);
    for (size_t i = 0; i < ANSWER_LANGS; i++) {
        const struct notice_answer *one = &answers->of[i];
        bool none = one->phone == NULL && one->ars == NULL;
        bool done = none ? tx_exec(tx, &ANSWER_DROP, ARGS(I64(notice_id), TXT(LANGS[i])), NULL, err)
                         : tx_exec(tx, &ANSWER_PUT,
                                   ARGS(I64(notice_id), TXT(LANGS[i]), OPT_TXT(one->phone), OPT_TXT(one->ars),
                                        TXT(op->actor->name), I64(op->now_ms)),
                                   NULL, err);
        if (!done) return false;
    }
    return true;
}

static void read_one(struct op *op, const char *field, const char *typed, const char **text) {
    if (typed == NULL) return;
    const char *clean = field_text(op, field, typed, NOTICE_TEXT_MAX, FIELD_MULTILINE);
    *text = str_blank(clean) ? NULL : clean;
}

void notice_answers_read(struct op *op, const struct notice_input *input, struct notice_answers *answers) {
    read_one(op, "phone.ko", input->phone_ko, &answers->of[0].phone);
    read_one(op, "ars.ko", input->ars_ko, &answers->of[0].ars);
    read_one(op, "phone.en", input->phone_en, &answers->of[1].phone);
    read_one(op, "ars.en", input->ars_en, &answers->of[1].ars);
}

bool notice_channels_of(struct tx *tx, const struct notice *notice, const char *lang, json_t **out, struct error *err) {
    struct arena *arena = tx_op(tx)->arena;
    struct incident incident;
    struct notice_facts facts;
    struct notice_answers answers;
    bool english = str_eq(lang, "en");
    const struct notice_text *text = english ? &notice->en : &notice->ko;
    if (!incident_by_id(tx, notice->incident_id, &incident, err) ||
        !notice_facts(tx, &incident, notice->next_at, &facts, err) ||
        !notice_answers_find(tx, notice->id, &answers, err) ||
        !notice_channels(arena, &facts, i18n_get(lang), (int)notice->stage, text->text, out, err))
        return false;
    const struct notice_answer *own = &answers.of[english];
    if (own->phone != NULL) json_put_text(*out, "phone", own->phone);
    if (own->ars != NULL) json_put_text(*out, "ars", own->ars);
    return true;
}

bool notice_answers_freeze(struct tx *tx, const struct notice *notice, struct error *err) {
    struct notice_answers answers = { 0 };
    for (size_t i = 0; i < ANSWER_LANGS; i++) {
        json_t *channels;
        if (i == 1 && notice->en.text == NULL) continue;
        if (!notice_channels_of(tx, notice, LANGS[i], &channels, err)) return false;
        answers.of[i] = (struct notice_answer){ json_text(channels, "phone"), json_text(channels, "ars") };
    }
    return notice_answers_put(tx, notice->id, &answers, err);
}
