-- Alerts: where they come from, what arrived, what became of them (R-E1, R-E3, R-E4, R-J11).

CREATE TABLE integration (
    id BIGINT PRIMARY KEY,
    kind TEXT NOT NULL, -- alertmanager, grafana, pagerduty, generic, heartbeat
    name TEXT NOT NULL,
    hook_key TEXT NOT NULL UNIQUE, -- in the URL; the routing_key for pagerduty
    secret TEXT, -- bearer token or HMAC secret of the sender, NULL: the key alone authenticates
    service_id BIGINT,
    severity TEXT, -- code for alerts whose own severity says nothing
    rules TEXT NOT NULL, -- JSON list, see alert/rule.h
    group_minutes BIGINT NOT NULL, -- alerts of one group within this time belong to one incident
    beat_seconds BIGINT, -- heartbeat: expected at least this often
    beat_at BIGINT, -- last beat
    enabled BIGINT NOT NULL,
    removed_at BIGINT,
    received BIGINT NOT NULL, -- well-formed events so far
    refused BIGINT NOT NULL, -- bad signatures and malformed requests so far
    version BIGINT NOT NULL,
    created_at BIGINT NOT NULL
);

-- open_key is integration and fingerprint while the alert is open, NULL afterwards: at most one open alert each.
CREATE TABLE alert (
    id BIGINT PRIMARY KEY,
    integration_id BIGINT NOT NULL REFERENCES integration (id),
    fingerprint TEXT NOT NULL,
    open_key TEXT UNIQUE,
    state TEXT NOT NULL, -- firing, acknowledged, resolved
    title TEXT NOT NULL,
    description TEXT,
    severity TEXT, -- code it was mapped to
    service_id BIGINT,
    labels TEXT NOT NULL, -- JSON object
    link TEXT,
    group_hash TEXT NOT NULL,
    outcome TEXT NOT NULL, -- declared, attached, recorded, ignored, maintenance
    incident_id BIGINT,
    starts_at BIGINT NOT NULL,
    first_seen_at BIGINT NOT NULL,
    last_seen_at BIGINT NOT NULL,
    resolved_at BIGINT,
    occurrences BIGINT NOT NULL,
    class TEXT, -- acted, flapped, threshold, duplicate, obsolete
    class_by TEXT,
    class_at BIGINT,
    version BIGINT NOT NULL
);
CREATE INDEX alert_by_time ON alert (first_seen_at, id);
CREATE INDEX alert_by_state ON alert (state, first_seen_at, id);
CREATE INDEX alert_by_incident ON alert (incident_id, id);
CREATE INDEX alert_by_fingerprint ON alert (integration_id, fingerprint, id);
CREATE INDEX alert_by_group ON alert (integration_id, group_hash, id);

CREATE TABLE maintenance (
    id BIGINT PRIMARY KEY,
    title TEXT NOT NULL,
    service_id BIGINT, -- NULL: everything
    starts_at BIGINT NOT NULL,
    ends_at BIGINT NOT NULL,
    public BIGINT NOT NULL, -- shown on the status page
    note TEXT,
    cancelled_at BIGINT,
    created_by TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    version BIGINT NOT NULL
);
CREATE INDEX maintenance_by_time ON maintenance (ends_at, starts_at);

CREATE TABLE threshold (
    id BIGINT PRIMARY KEY,
    metric TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    unit TEXT NOT NULL,
    direction TEXT NOT NULL, -- above: larger is worse; below: smaller is worse
    caution TEXT, -- decimal number as text
    danger TEXT,
    reason TEXT,
    expression TEXT, -- PromQL of the value
    version BIGINT NOT NULL
);
