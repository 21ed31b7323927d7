-- On-call (R-D1). A schedule's document holds layers with their first people; whatever changes later is a row, so that
-- the past stays as it was. Wall times stand in the document; overrides and changes are instants.
CREATE TABLE schedule (
    id BIGINT PRIMARY KEY,
    schedule_key TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    document TEXT NOT NULL, -- {zone, secondary, layers[]}
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    version BIGINT NOT NULL -- also of its overrides and changes
);

CREATE TABLE schedule_change (
    id BIGINT PRIMARY KEY, -- ascending: order of creation
    schedule_id BIGINT NOT NULL REFERENCES schedule (id),
    layer_id TEXT NOT NULL,
    effective_at BIGINT NOT NULL,
    participants TEXT NOT NULL, -- JSON list of user ids, null for an empty turn
    created_by TEXT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX schedule_change_of ON schedule_change (schedule_id, id);

CREATE TABLE schedule_override (
    id BIGINT PRIMARY KEY, -- ascending: order of creation
    schedule_id BIGINT NOT NULL REFERENCES schedule (id),
    role TEXT NOT NULL, -- primary, secondary
    kind TEXT NOT NULL, -- add, remove, replace
    out_user BIGINT,
    in_user BIGINT,
    start_at BIGINT NOT NULL,
    end_at BIGINT NOT NULL, -- moved to now when it is taken back while it runs
    note TEXT NOT NULL,
    created_by TEXT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX schedule_override_of ON schedule_override (schedule_id, id);

CREATE TABLE schedule_feed (
    id BIGINT PRIMARY KEY,
    token_hash TEXT NOT NULL UNIQUE, -- the token itself is shown once
    owner_id BIGINT NOT NULL REFERENCES user_account (id),
    schedule_id BIGINT REFERENCES schedule (id), -- NULL: the owner's shifts in every schedule
    created_at BIGINT NOT NULL
);
CREATE INDEX schedule_feed_owner ON schedule_feed (owner_id, id);
