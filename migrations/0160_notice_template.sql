-- Every text of a notice template that was ever saved; an empty one: the text that ships was brought back.
CREATE TABLE notice_template_version (
    key TEXT NOT NULL,
    stage TEXT NOT NULL,
    lang TEXT NOT NULL,
    version BIGINT NOT NULL,
    name TEXT, -- of a scenario of the organisation's own
    title TEXT NOT NULL,
    text TEXT NOT NULL,
    saved_by TEXT NOT NULL,
    saved_at BIGINT NOT NULL,
    PRIMARY KEY (key, stage, lang, version)
);
INSERT INTO notice_template_version (key, stage, lang, version, name, title, text, saved_by, saved_at)
SELECT key, stage, lang, version, name, title, text, updated_by, updated_at FROM notice_template;
