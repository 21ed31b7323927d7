-- The organisation's own changes to the calendar (R-J5): temporary holidays, company days, holidays worked through.
CREATE TABLE calendar_day (
    day BIGINT PRIMARY KEY, -- days since 1970-01-01
    kind TEXT NOT NULL, -- temporary, company, working
    name TEXT NOT NULL,
    reason TEXT NOT NULL,
    created_by TEXT NOT NULL,
    created_at BIGINT NOT NULL
);
