-- A runbook out of use: not offered and not started any more, but still to be read; every language of its key at once.

ALTER TABLE runbook ADD COLUMN retired_at BIGINT;
ALTER TABLE runbook ADD COLUMN retired_by TEXT;
