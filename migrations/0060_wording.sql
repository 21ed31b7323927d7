-- Waivers of wording findings (R-B6): bound to the rule and to the sentence as it stood, so that changing the sentence
-- ends the waiver and changing another does not.

CREATE TABLE wording_waiver (
    id BIGINT PRIMARY KEY,
    document_kind TEXT NOT NULL, -- report, retro, notice
    document_id BIGINT NOT NULL,
    section TEXT NOT NULL,
    rule TEXT NOT NULL,
    category TEXT NOT NULL,
    sentence TEXT NOT NULL, -- hash of the normalised sentence
    words TEXT NOT NULL, -- what was flagged, for the audit tab
    reason TEXT NOT NULL,
    user_id BIGINT,
    person TEXT NOT NULL,
    waived_at BIGINT NOT NULL,
    UNIQUE (document_kind, document_id, rule, sentence)
);
CREATE INDEX wording_waiver_time ON wording_waiver (waived_at, rule);
