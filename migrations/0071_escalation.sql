-- Escalation (R-D2): paths as numbered documents that never change; one state row per incident; what was sent.
CREATE TABLE escalation_paths (
    version BIGINT PRIMARY KEY,
    document TEXT NOT NULL, -- {policies: {SEVERITY: path}, business_hours?}
    created_at BIGINT NOT NULL,
    created_by TEXT NOT NULL
);

CREATE TABLE escalation (
    incident_id BIGINT PRIMARY KEY REFERENCES incident (id),
    paths_version BIGINT NOT NULL, -- the snapshot whose steps are sent
    severity TEXT NOT NULL, -- whose path is being sent
    notice_severity TEXT NOT NULL, -- the incident's severity as last seen
    seen_state TEXT NOT NULL, -- the incident's state as last seen
    status BIGINT NOT NULL,
    run BIGINT NOT NULL,
    loop BIGINT NOT NULL,
    step BIGINT NOT NULL,
    pass_paged BIGINT NOT NULL,
    maintenance BIGINT NOT NULL,
    root_cause BIGINT NOT NULL,
    started_at BIGINT NOT NULL, -- this and the times below are unix seconds
    next_due BIGINT,
    ack_due BIGINT,
    silent_until BIGINT,
    fired TEXT NOT NULL -- JSON: how many notices of each kind
);

CREATE TABLE escalation_page (
    id BIGINT PRIMARY KEY, -- ascending
    incident_id BIGINT NOT NULL REFERENCES incident (id),
    run BIGINT NOT NULL,
    loop BIGINT NOT NULL,
    step BIGINT NOT NULL, -- from 1
    recipient TEXT NOT NULL, -- a user's id, a channel's name; '' for a step that reached nobody
    kind TEXT NOT NULL, -- user, channel, fallback, skipped
    reason TEXT, -- of a skip
    at BIGINT NOT NULL,
    UNIQUE (incident_id, run, loop, step, recipient)
);
