-- What CS says on the phone and what the recorded voice says, beside the notice they belong to (R-C4). Kept from the
-- moment somebody writes it or the notice is published; until then it is made from the notice.
CREATE TABLE notice_answer (
    notice_id BIGINT NOT NULL REFERENCES notice (id),
    lang TEXT NOT NULL,
    phone TEXT, -- NULL: made from the notice
    ars TEXT,
    saved_by TEXT NOT NULL,
    saved_at BIGINT NOT NULL,
    PRIMARY KEY (notice_id, lang)
);
