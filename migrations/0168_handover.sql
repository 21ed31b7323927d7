-- Hand-over notes (R-J6): offered before a shift ends, written by whoever had it, read by whoever has the next.
CREATE TABLE handover (
    id BIGINT PRIMARY KEY,
    schedule_id BIGINT NOT NULL REFERENCES schedule (id),
    user_id BIGINT NOT NULL REFERENCES user_account (id), -- whose shift ends
    ends_at BIGINT NOT NULL, -- unix seconds
    body TEXT, -- NULL: offered, not written yet
    written_at BIGINT,
    seen_by TEXT, -- name of the first who has read it
    seen_at BIGINT,
    version BIGINT NOT NULL,
    UNIQUE (schedule_id, user_id, ends_at)
);
CREATE INDEX handover_of_user ON handover (user_id, ends_at);
CREATE INDEX handover_of_schedule ON handover (schedule_id, ends_at);
CREATE INDEX handover_by_end ON handover (ends_at);
