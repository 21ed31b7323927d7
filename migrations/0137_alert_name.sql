-- The alert's rule at its sender, the same for all it fires about: what a review is about (R-E4).

ALTER TABLE alert ADD COLUMN name TEXT NOT NULL DEFAULT '';
UPDATE alert SET name = title;
CREATE INDEX alert_by_name ON alert (integration_id, name, first_seen_at);
