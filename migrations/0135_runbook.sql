-- Runbooks (R-F1, R-F2): what the organisation wrote itself, and what was started inside incidents. The starter set is
-- data of the program (templates/runbooks); a row of the same key and language takes its place.

CREATE TABLE runbook (
    id BIGINT PRIMARY KEY,
    runbook_key TEXT NOT NULL,
    lang TEXT NOT NULL,
    title TEXT NOT NULL,
    service_key TEXT, -- NULL: any service
    alerts TEXT NOT NULL, -- names of alerts, separated by commas
    words TEXT NOT NULL, -- words of the symptom, separated by commas
    sections TEXT NOT NULL, -- JSON object, Markdown by section
    version BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    updated_by TEXT NOT NULL,
    UNIQUE (runbook_key, lang)
);

CREATE TABLE runbook_version (
    runbook_id BIGINT NOT NULL REFERENCES runbook (id),
    version BIGINT NOT NULL,
    title TEXT NOT NULL,
    sections TEXT NOT NULL,
    reason TEXT, -- why it was changed
    incident_ref TEXT, -- what taught it
    at BIGINT NOT NULL,
    by_name TEXT NOT NULL,
    PRIMARY KEY (runbook_id, version)
);

-- A snapshot: what people worked from stays what it was, whatever is edited later.
CREATE TABLE runbook_run (
    id BIGINT PRIMARY KEY,
    incident_id BIGINT NOT NULL REFERENCES incident (id),
    runbook_key TEXT NOT NULL,
    lang TEXT NOT NULL,
    version BIGINT NOT NULL, -- 0: as shipped
    title TEXT NOT NULL,
    sections TEXT NOT NULL,
    checklist_id BIGINT, -- NULL: it had nothing to tick
    started_at BIGINT NOT NULL,
    started_by TEXT NOT NULL
);
CREATE INDEX runbook_run_by_incident ON runbook_run (incident_id, id);
