-- What people say about the organisation's readiness (R-D6), where the portal cannot see for itself.
CREATE TABLE readiness_tick (
    item TEXT PRIMARY KEY,
    note TEXT NOT NULL, -- where it is, or what was tried
    ticked_by TEXT NOT NULL,
    ticked_at BIGINT NOT NULL
);
