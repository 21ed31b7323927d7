-- Reports, retrospectives and action items (R-B1 … R-B8).

CREATE TABLE document (
    id BIGINT PRIMARY KEY,
    incident_id BIGINT NOT NULL,
    kind TEXT NOT NULL, -- report, retro
    shape TEXT NOT NULL, -- report; retrospective, postmortem, short
    state TEXT NOT NULL, -- draft, submitted, approved, published
    lang TEXT NOT NULL,
    version BIGINT NOT NULL, -- grows with every change of the document's own fields or any section
    revision BIGINT NOT NULL, -- number of the newest frozen revision, 0 before the first
    scheduled_at BIGINT, -- retro: when it meets
    facilitator TEXT,
    attendees TEXT, -- one a line
    lesson TEXT, -- R-J15, one line
    runbook_change TEXT, -- R-B7: what changes, or why nothing does
    submitted_by BIGINT,
    submitted_at BIGINT,
    published_at BIGINT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    UNIQUE (incident_id, kind)
);
CREATE INDEX document_published ON document (kind, published_at, id);

CREATE TABLE document_section (
    document_id BIGINT NOT NULL REFERENCES document (id),
    key TEXT NOT NULL,
    body TEXT NOT NULL,
    version BIGINT NOT NULL,
    updated_by TEXT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (document_id, key)
);

-- Every save keeps the text it wrote, so nothing typed is ever lost.
CREATE TABLE document_section_history (
    document_id BIGINT NOT NULL REFERENCES document (id),
    key TEXT NOT NULL,
    version BIGINT NOT NULL,
    body TEXT NOT NULL,
    saved_by TEXT NOT NULL,
    saved_at BIGINT NOT NULL,
    PRIMARY KEY (document_id, key, version)
);

-- A revision is what was submitted or published: the whole content, frozen, with the hash printed on paper (R-J8).
CREATE TABLE document_revision (
    document_id BIGINT NOT NULL REFERENCES document (id),
    number BIGINT NOT NULL,
    reason TEXT NOT NULL, -- submitted, published
    content TEXT NOT NULL,
    hash TEXT NOT NULL,
    made_by TEXT NOT NULL,
    made_at BIGINT NOT NULL,
    PRIMARY KEY (document_id, number)
);
CREATE INDEX document_revision_hash ON document_revision (hash);

CREATE TABLE document_approval (
    id BIGINT PRIMARY KEY,
    document_id BIGINT NOT NULL REFERENCES document (id),
    revision BIGINT NOT NULL,
    user_id BIGINT,
    person TEXT NOT NULL,
    role TEXT NOT NULL,
    decision TEXT NOT NULL, -- approved, returned
    note TEXT,
    decided_at BIGINT NOT NULL
);
CREATE INDEX document_approval_of ON document_approval (document_id, revision, id);

CREATE TABLE document_why (
    document_id BIGINT NOT NULL REFERENCES document (id),
    position BIGINT NOT NULL,
    question TEXT NOT NULL,
    answer TEXT NOT NULL,
    evidence TEXT NOT NULL,
    PRIMARY KEY (document_id, position)
);

-- Who is editing which section now; rows older than a minute mean nothing.
CREATE TABLE document_editor (
    document_id BIGINT NOT NULL REFERENCES document (id),
    user_id BIGINT NOT NULL,
    person TEXT NOT NULL,
    section TEXT NOT NULL,
    seen_at BIGINT NOT NULL,
    PRIMARY KEY (document_id, user_id)
);

CREATE TABLE action_item (
    id BIGINT PRIMARY KEY,
    incident_id BIGINT,
    incident_ref TEXT,
    service_id BIGINT,
    title TEXT NOT NULL,
    perspective TEXT NOT NULL, -- prevention, detection, response
    horizon TEXT NOT NULL, -- short, mid, long
    kind TEXT NOT NULL, -- monitoring, setting, review, deploy, architecture, process, other
    owner TEXT,
    due TEXT, -- YYYY-MM-DD, in the organisation's zone
    due_at BIGINT, -- end of that day
    state TEXT NOT NULL, -- todo, doing, done, dropped
    state_reason TEXT,
    jira TEXT,
    done_at BIGINT,
    version BIGINT NOT NULL,
    created_by TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE INDEX action_item_incident ON action_item (incident_id, id);
CREATE INDEX action_item_state ON action_item (state, due_at, id);
CREATE INDEX action_item_service ON action_item (service_id, state);
