-- Ledger: audit, outbox, due times, counters, settings, answers to repeated requests.
-- Instants are UTC milliseconds; ids are made by the application.

CREATE TABLE audit_entry (
    id BIGINT PRIMARY KEY,
    at BIGINT NOT NULL,
    actor_kind TEXT NOT NULL,   -- user token system command nobody
    actor_id BIGINT,            -- the person, if one acted
    actor_login TEXT NOT NULL,
    remote TEXT,
    request_id TEXT,
    action TEXT NOT NULL,       -- incident.declared
    subject TEXT NOT NULL,      -- incident/INC-2026-0001
    detail TEXT NOT NULL        -- JSON object, never secrets
);
CREATE INDEX audit_entry_subject ON audit_entry (subject, id);
CREATE INDEX audit_entry_actor ON audit_entry (actor_login, id);
CREATE INDEX audit_entry_action ON audit_entry (action, id);

-- Where messages go. config and topics are JSON; secret is write-only for people.
CREATE TABLE destination (
    id BIGINT PRIMARY KEY,
    name TEXT NOT NULL,
    connector TEXT NOT NULL,    -- log webhook slack jira mail sms
    topics TEXT NOT NULL,       -- JSON array of topics or prefixes ending in '*'
    severities TEXT,            -- JSON array of severity codes, NULL: all
    config TEXT NOT NULL,       -- JSON object
    secret TEXT,
    enabled BIGINT NOT NULL,
    blocked_until BIGINT NOT NULL, -- Retry-After of the peer, for the whole destination
    blocked_reason TEXT,
    version BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX destination_name ON destination (name);

-- One row per destination. The oldest unsent row of (destination_id, order_key) goes first.
CREATE TABLE outbox (
    id BIGINT PRIMARY KEY,
    topic TEXT NOT NULL,
    destination_id BIGINT NOT NULL REFERENCES destination (id),
    order_key TEXT NOT NULL,
    severity TEXT,
    payload TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('ready', 'sent', 'dead')),
    attempts BIGINT NOT NULL,
    due_at BIGINT NOT NULL,
    lease_owner TEXT,
    lease_until BIGINT NOT NULL,
    last_error TEXT,
    created_at BIGINT NOT NULL,
    give_up_at BIGINT NOT NULL, -- after this a failing delivery is dead
    finished_at BIGINT
);
CREATE INDEX outbox_due ON outbox (destination_id, due_at, id) WHERE state = 'ready';
CREATE INDEX outbox_order ON outbox (destination_id, order_key, id) WHERE state = 'ready';
CREATE INDEX outbox_state ON outbox (state, id);

-- Everything that must happen later. The row goes away in the transaction that acts on it.
CREATE TABLE due (
    kind TEXT NOT NULL,
    subject_id BIGINT NOT NULL,
    variant TEXT NOT NULL,
    due_at BIGINT NOT NULL,
    run_at BIGINT NOT NULL,     -- due_at, or later after a failed attempt
    attempts BIGINT NOT NULL,
    last_error TEXT,
    payload TEXT,
    PRIMARY KEY (kind, subject_id, variant)
);
CREATE INDEX due_run_at ON due (run_at);

CREATE TABLE counter (
    name TEXT PRIMARY KEY,
    value BIGINT NOT NULL
);

CREATE TABLE setting (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL,
    version BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);

-- Answers kept for a day so that a repeated request gets the same one (Idempotency-Key).
CREATE TABLE idempotency_key (
    scope TEXT NOT NULL,        -- principal, method and path
    key TEXT NOT NULL,
    body_hash TEXT NOT NULL,
    status BIGINT,              -- NULL while the first one runs
    answer TEXT,
    location TEXT,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (scope, key)
);
CREATE INDEX idempotency_key_age ON idempotency_key (created_at);
