-- Policies are numbered documents that never change; services are what incidents are about.
CREATE TABLE policy_version (
    version BIGINT PRIMARY KEY,
    document TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    created_by TEXT NOT NULL
);

CREATE TABLE service (
    id BIGINT PRIMARY KEY,
    service_key TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    folded TEXT NOT NULL, -- key and name, ASCII lower case: what a search looks into
    description TEXT NOT NULL,
    team_id BIGINT REFERENCES team (id),
    tier BIGINT NOT NULL,
    is_public BIGINT NOT NULL,
    slo_milli BIGINT NOT NULL, -- 99950 is 99.95 %
    retired_at BIGINT,
    created_at BIGINT NOT NULL,
    version BIGINT NOT NULL
);
CREATE INDEX service_team ON service (team_id);
CREATE INDEX service_name ON service (name);

CREATE TABLE component (
    id BIGINT PRIMARY KEY,
    service_id BIGINT NOT NULL REFERENCES service (id),
    name TEXT NOT NULL,
    name_en TEXT NOT NULL,
    heading TEXT NOT NULL,
    position BIGINT NOT NULL,
    is_public BIGINT NOT NULL,
    version BIGINT NOT NULL
);
CREATE INDEX component_service ON component (service_id);

CREATE TABLE service_dependency (
    service_id BIGINT NOT NULL REFERENCES service (id),
    needs_id BIGINT NOT NULL REFERENCES service (id),
    PRIMARY KEY (service_id, needs_id)
);
CREATE INDEX service_dependency_needs ON service_dependency (needs_id);
