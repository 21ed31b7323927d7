-- What a retrospective holds beside its sections (facts, meeting, whys, pace) is saved part by part, each against the
-- version it was read at. What was saved stands in document_section_history under the part's name, as JSON.

CREATE TABLE document_part (
    document_id BIGINT NOT NULL REFERENCES document (id),
    part TEXT NOT NULL, -- facts, meeting, whys, pace
    version BIGINT NOT NULL,
    saved_by TEXT NOT NULL,
    saved_at BIGINT NOT NULL,
    PRIMARY KEY (document_id, part)
);

-- Could this phase have been faster? (000 §9: each step is gone through)
CREATE TABLE document_pace (
    document_id BIGINT NOT NULL REFERENCES document (id),
    phase TEXT NOT NULL, -- detected, propagated, triaged, recovered, analysed, shared
    note TEXT NOT NULL,
    PRIMARY KEY (document_id, phase)
);
