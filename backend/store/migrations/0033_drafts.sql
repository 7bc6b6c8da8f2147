-- Guides being written, and who did what with which (DR1-DR6).
CREATE TABLE guide_drafts (
    draft_id text PRIMARY KEY,
    hall_id text NOT NULL,
    service_id text NOT NULL,
    base_version integer NOT NULL, -- 0: there was none
    state text NOT NULL,
    revision integer NOT NULL,
    writers text[] NOT NULL,
    document jsonb NOT NULL,
    changed_at timestamptz NOT NULL
);

-- Of one service one draft at a time.
CREATE UNIQUE INDEX guide_drafts_open ON guide_drafts (hall_id, service_id)
WHERE state IN ('draft', 'in_review', 'sent_back');

CREATE TABLE guide_deeds (
    hall_id text NOT NULL,
    command_id text NOT NULL,
    mark text NOT NULL, -- a digest of the command, so that its id answers no other
    service_id text NOT NULL,
    draft_id text,
    deed text NOT NULL,
    author text NOT NULL,
    at timestamptz NOT NULL,
    words text NOT NULL,
    version integer, -- which came of it, or was called off
    PRIMARY KEY (hall_id, command_id)
);

CREATE INDEX guide_deeds_of_service ON guide_deeds (hall_id, service_id, at);

-- Versions that were to come and never count.
CREATE TABLE called_off_versions (
    hall_id text NOT NULL,
    service_id text NOT NULL,
    version integer NOT NULL,
    PRIMARY KEY (hall_id, service_id, version)
);

CREATE VIEW counting_services AS
SELECT s.* FROM services AS s WHERE NOT EXISTS (
    SELECT FROM called_off_versions AS c
    WHERE c.hall_id = s.hall_id AND c.service_id = s.service_id AND c.version = s.version);

DO $$
DECLARE told record;
BEGIN
    FOR told IN SELECT t.tab, t.level, t.why, c.col FROM (VALUES
        ('guide_drafts', 1, 'draft_id hall_id service_id base_version state revision changed_at',
         'which guide is being written, and how far it is'),
        ('guide_drafts', 1, 'document', 'what everybody is to read'),
        ('guide_drafts', 2, 'writers', 'user names of staff at work'),
        ('guide_deeds', 1, 'hall_id command_id mark service_id draft_id deed at words version',
         'what was done with a guide, and why'),
        ('guide_deeds', 2, 'author', 'the user name of staff at work'),
        ('called_off_versions', 1, 'hall_id service_id version', 'versions of guides')
    ) AS t (tab, level, cols, why), unnest(string_to_array(t.cols, ' ')) AS c (col)
    LOOP
        EXECUTE format('COMMENT ON COLUMN %I.%I IS %L',
            told.tab, told.col, 'personal:' || told.level || ' ' || told.why);
    END LOOP;
END $$;
