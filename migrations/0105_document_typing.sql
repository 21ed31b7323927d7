-- What people have typed into a document and not saved yet, and who is at it now. One row per person and section; it
-- replaces document_editor, which could not say anything about a document nobody had saved.

DROP TABLE document_editor;

CREATE TABLE document_typing (
    incident_id BIGINT NOT NULL REFERENCES incident (id),
    kind TEXT NOT NULL, -- report, retro
    section TEXT NOT NULL,
    user_id BIGINT NOT NULL,
    person TEXT NOT NULL,
    screen TEXT NOT NULL, -- which open page wrote it, '' without JavaScript
    body TEXT, -- NULL: nothing unsaved, only seen here
    base BIGINT NOT NULL, -- the section's version it was typed against
    number BIGINT NOT NULL, -- grows with every write
    seen_at BIGINT NOT NULL,
    PRIMARY KEY (incident_id, kind, section, user_id)
);
