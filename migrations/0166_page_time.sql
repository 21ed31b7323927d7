-- Pages of a month are counted by person (R-D4).
CREATE INDEX escalation_page_at ON escalation_page (at, id);
