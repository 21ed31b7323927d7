-- Customer notices (R-C1 … R-C4, R-J1 … R-J3): texts, their versions, who wrote, approved and published them.

CREATE TABLE notice (
    id BIGINT PRIMARY KEY,
    incident_id BIGINT NOT NULL,
    public_id TEXT NOT NULL UNIQUE, -- what the status page and feeds show; never the incident's number
    stage TEXT NOT NULL, -- detected, delayed, recovering, recovered
    template TEXT NOT NULL, -- key of the scenario it was drafted from
    state TEXT NOT NULL, -- draft, submitted, approved, published, withdrawn
    version BIGINT NOT NULL, -- grows with every change
    title_ko TEXT NOT NULL,
    text_ko TEXT NOT NULL,
    title_en TEXT, -- NULL: Korean only
    text_en TEXT,
    next_at BIGINT, -- when the next notice is promised
    created_by BIGINT NOT NULL,
    author TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    edited_by BIGINT NOT NULL,
    editor TEXT NOT NULL,
    updated_at BIGINT NOT NULL,
    submitted_by BIGINT,
    submitted_at BIGINT,
    approved_by BIGINT,
    approver TEXT,
    approved_at BIGINT,
    published_by BIGINT,
    publisher TEXT,
    published_at BIGINT,
    emergency_reason TEXT, -- published by one person alone, and why
    withdrawn_by BIGINT,
    withdrawn_at BIGINT,
    reason TEXT -- why it was withdrawn, or returned to its author
);
CREATE INDEX notice_incident ON notice (incident_id, id);
CREATE INDEX notice_state ON notice (state, updated_at, id);
CREATE INDEX notice_published ON notice (published_at, id);

-- Every text that was ever saved.
CREATE TABLE notice_version (
    notice_id BIGINT NOT NULL REFERENCES notice (id),
    version BIGINT NOT NULL,
    stage TEXT NOT NULL,
    title_ko TEXT NOT NULL,
    text_ko TEXT NOT NULL,
    title_en TEXT,
    text_en TEXT,
    next_at BIGINT,
    saved_by TEXT NOT NULL,
    saved_at BIGINT NOT NULL,
    PRIMARY KEY (notice_id, version)
);

-- Texts of the organisation; they win over those that ship.
CREATE TABLE notice_template (
    key TEXT NOT NULL,
    stage TEXT NOT NULL,
    lang TEXT NOT NULL,
    name TEXT, -- of a scenario of the organisation's own
    title TEXT NOT NULL,
    text TEXT NOT NULL,
    version BIGINT NOT NULL,
    updated_by TEXT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (key, stage, lang)
);
