-- Two people exchange shifts: asked by one, accepted by the other; accepting makes the two overrides (R-D1).
CREATE TABLE shift_swap (
    id BIGINT PRIMARY KEY, -- ascending
    schedule_id BIGINT NOT NULL REFERENCES schedule (id),
    role TEXT NOT NULL, -- primary, secondary
    asker_id BIGINT NOT NULL REFERENCES user_account (id),
    asker_start BIGINT NOT NULL, -- what the asker gives
    asker_end BIGINT NOT NULL,
    other_id BIGINT NOT NULL REFERENCES user_account (id),
    other_start BIGINT NOT NULL, -- what the asker takes
    other_end BIGINT NOT NULL,
    note TEXT NOT NULL,
    state TEXT NOT NULL, -- open, accepted, declined, withdrawn, expired
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL, -- when the earlier of the two begins
    decided_at BIGINT
);
CREATE INDEX shift_swap_asker ON shift_swap (asker_id, id);
CREATE INDEX shift_swap_other ON shift_swap (other_id, id);
CREATE INDEX shift_swap_schedule ON shift_swap (schedule_id);
