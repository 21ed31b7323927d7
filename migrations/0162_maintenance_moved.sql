-- When a maintenance customers know of was planned before it was moved; NULL: never moved.
ALTER TABLE maintenance ADD COLUMN was_starts_at BIGINT;
ALTER TABLE maintenance ADD COLUMN was_ends_at BIGINT;
