-- What fires now, among years of what is over.

CREATE INDEX alert_open ON alert (id) WHERE open_key IS NOT NULL;
