-- The circuit breaker of a destination that is not simply well: it outlives a restart. No row: closed, nothing bad.
CREATE TABLE destination_breaker (
    destination_id BIGINT PRIMARY KEY,
    state TEXT NOT NULL CHECK (state IN ('closed', 'open', 'half_open')),
    open_until BIGINT NOT NULL, -- while open
    recent TEXT NOT NULL,       -- the last calls, or the trials, oldest first: '.' good, 'x' failed or slow
    changed_at BIGINT NOT NULL
);

-- A destination that is deleted takes its messages along.
CREATE INDEX outbox_destination ON outbox (destination_id, id);
