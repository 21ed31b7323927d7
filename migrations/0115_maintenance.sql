-- Planned maintenance as customers read it: in both languages, and repeated. Every occurrence is a row of its own, so
-- that one can be moved or cancelled alone; those planned together share series_id.
ALTER TABLE maintenance ADD COLUMN title_en TEXT;
ALTER TABLE maintenance ADD COLUMN note_en TEXT;
ALTER TABLE maintenance ADD COLUMN series_id BIGINT;
ALTER TABLE maintenance ADD COLUMN updated_at BIGINT;
CREATE INDEX maintenance_series ON maintenance (series_id, starts_at);
