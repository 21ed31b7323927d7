-- The quarterly review (002 §7.2): made by itself when a quarter is over, then people's to write on, section by section.

CREATE TABLE quarter_review (
    id BIGINT PRIMARY KEY,
    year BIGINT NOT NULL,
    number BIGINT NOT NULL, -- 1 … 4
    lang TEXT NOT NULL,
    made_by TEXT NOT NULL,
    made_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    UNIQUE (year, number)
);

CREATE TABLE quarter_section (
    review_id BIGINT NOT NULL REFERENCES quarter_review (id),
    key TEXT NOT NULL,
    body TEXT NOT NULL,
    version BIGINT NOT NULL,
    edited BIGINT NOT NULL, -- 1: somebody wrote on it; counting again leaves it alone
    updated_by TEXT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (review_id, key)
);

-- Every save keeps the text it wrote, so nothing is ever lost.
CREATE TABLE quarter_section_history (
    review_id BIGINT NOT NULL REFERENCES quarter_review (id),
    key TEXT NOT NULL,
    version BIGINT NOT NULL,
    body TEXT NOT NULL,
    saved_by TEXT NOT NULL,
    saved_at BIGINT NOT NULL,
    PRIMARY KEY (review_id, key, version)
);
