-- Incidents. begin_at is started_at, else declared_at: what lists are ordered by and clocks count from.
-- active is 1 while the incident is open, acknowledged or mitigating. Texts that are absent are NULL, never ''.
CREATE TABLE incident (
  id BIGINT PRIMARY KEY,
  ref TEXT NOT NULL UNIQUE,
  title TEXT,
  symptom TEXT,
  severity TEXT NOT NULL,
  state TEXT NOT NULL,
  active BIGINT NOT NULL,
  kind TEXT NOT NULL,
  category TEXT,
  detection TEXT,
  controllable TEXT,
  service_id BIGINT,
  impact TEXT,
  owner TEXT,
  owner_id BIGINT,
  action TEXT,
  suspected_cause TEXT,
  status_note TEXT,
  sensitivity TEXT,
  damage TEXT,
  lang TEXT NOT NULL,
  begin_at BIGINT NOT NULL,
  started_at BIGINT,
  detected_at BIGINT,
  propagated_at BIGINT,
  triaged_at BIGINT,
  recovered_at BIGINT,
  analysed_at BIGINT,
  shared_at BIGINT,
  reviewed_at BIGINT,
  declared_at BIGINT NOT NULL,
  declared_by BIGINT,
  acknowledged_at BIGINT,
  acknowledged_by BIGINT,
  mitigated_at BIGINT,
  closed_at BIGINT,
  updated_at BIGINT NOT NULL,
  cause TEXT,
  recovery_action TEXT,
  recovery_impact TEXT,
  follow_up TEXT,
  retro_at BIGINT,
  merged_into BIGINT,
  policy_version BIGINT NOT NULL,
  needs_commander BIGINT NOT NULL,
  version BIGINT NOT NULL,
  last_seq BIGINT NOT NULL,
  last_update_seq BIGINT NOT NULL,
  last_help_seq BIGINT NOT NULL
);
CREATE INDEX incident_by_begin ON incident (begin_at, id);
CREATE INDEX incident_by_active ON incident (active, begin_at, id);
CREATE INDEX incident_by_state ON incident (state, begin_at, id);
CREATE INDEX incident_by_severity ON incident (severity, begin_at, id);
CREATE INDEX incident_by_service ON incident (service_id, begin_at, id);

-- Clustered on (incident_id, seq): a page of a timeline is one run of the table.
CREATE TABLE timeline_event (
  incident_id BIGINT NOT NULL REFERENCES incident (id),
  seq BIGINT NOT NULL,
  id BIGINT NOT NULL UNIQUE,
  kind TEXT NOT NULL,
  at BIGINT NOT NULL,
  recorded_at BIGINT NOT NULL,
  text TEXT NOT NULL,
  data TEXT,
  phase TEXT,
  starred BIGINT NOT NULL,
  actor_id BIGINT,
  actor TEXT NOT NULL,
  edits BIGINT NOT NULL,
  PRIMARY KEY (incident_id, seq)
)
WITHOUT ROWID -- @sqlite
;

-- What an event said before each correction. Nothing is deleted from here.
CREATE TABLE timeline_edit (
  id BIGINT PRIMARY KEY,
  event_id BIGINT NOT NULL REFERENCES timeline_event (id),
  edited_at BIGINT NOT NULL,
  actor TEXT NOT NULL,
  text TEXT NOT NULL,
  at BIGINT NOT NULL
);
CREATE INDEX timeline_edit_by_event ON timeline_edit (event_id, id);

CREATE TABLE incident_clock (
  incident_id BIGINT NOT NULL REFERENCES incident (id),
  kind TEXT NOT NULL,
  round BIGINT NOT NULL,
  due_at BIGINT NOT NULL,
  met_at BIGINT,
  state TEXT NOT NULL,
  snoozed_until BIGINT,
  stopped BIGINT NOT NULL,
  reminders BIGINT NOT NULL,
  PRIMARY KEY (incident_id, kind, round)
)
WITHOUT ROWID -- @sqlite
;

CREATE TABLE incident_role (
  incident_id BIGINT NOT NULL REFERENCES incident (id),
  role TEXT NOT NULL,
  user_id BIGINT,
  name TEXT NOT NULL,
  since BIGINT NOT NULL,
  PRIMARY KEY (incident_id, role)
);

CREATE TABLE incident_help_offer (
  incident_id BIGINT NOT NULL REFERENCES incident (id),
  user_id BIGINT NOT NULL,
  name TEXT NOT NULL,
  note TEXT,
  at BIGINT NOT NULL,
  PRIMARY KEY (incident_id, user_id)
);

-- incident_id is the duplicate, or the recurrence, of other_id; a plain relation is written once.
CREATE TABLE incident_relation (
  incident_id BIGINT NOT NULL REFERENCES incident (id),
  other_id BIGINT NOT NULL REFERENCES incident (id),
  kind TEXT NOT NULL,
  at BIGINT NOT NULL,
  PRIMARY KEY (incident_id, other_id, kind)
);
CREATE INDEX incident_relation_by_other ON incident_relation (other_id, kind);

-- items: JSON [{"text": …, "hint": …}]; a copy, so that a later release changes no running incident.
CREATE TABLE checklist (
  id BIGINT PRIMARY KEY,
  incident_id BIGINT NOT NULL REFERENCES incident (id),
  key TEXT NOT NULL,
  title TEXT NOT NULL,
  items TEXT NOT NULL,
  at BIGINT NOT NULL
);
CREATE INDEX checklist_by_incident ON checklist (incident_id, id);
CREATE TABLE checklist_tick (
  checklist_id BIGINT NOT NULL REFERENCES checklist (id),
  number BIGINT NOT NULL,
  done BIGINT NOT NULL,
  at BIGINT NOT NULL,
  actor TEXT NOT NULL,
  note TEXT,
  PRIMARY KEY (checklist_id, number)
);

CREATE TABLE attachment (
  id BIGINT PRIMARY KEY,
  incident_id BIGINT NOT NULL REFERENCES incident (id),
  event_seq BIGINT NOT NULL,
  filename TEXT NOT NULL,
  media_type TEXT NOT NULL,
  hash TEXT NOT NULL,
  size BIGINT NOT NULL,
  at BIGINT NOT NULL,
  actor TEXT NOT NULL,
  note TEXT
);
CREATE INDEX attachment_by_incident ON attachment (incident_id, id);

-- Search. A document is what an incident says of itself (or its report, its retro), or one thing that people wrote in
-- its timeline. id: year and number of the reference, then the place within the incident, so that documents stand in
-- the order of references. folded is what hits are verified against, tokens are its bigrams.
CREATE TABLE search_document (
  id BIGINT PRIMARY KEY,
  incident_id BIGINT NOT NULL REFERENCES incident (id),
  folded TEXT NOT NULL,
  tokens TEXT NOT NULL
);
CREATE VIRTUAL TABLE search_index USING fts5(tokens, content = '', prefix = '1', tokenize = 'unicode61'); -- @sqlite
CREATE TABLE search_token (token TEXT NOT NULL, document_id BIGINT NOT NULL, PRIMARY KEY (token, document_id)); -- @postgres
