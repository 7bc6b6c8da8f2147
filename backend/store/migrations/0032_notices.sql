-- Notices that are written ahead (NT2): every revision of each, and one row each as it stands.
CREATE TABLE notice_revisions (
    hall_id text NOT NULL,
    notice_id text NOT NULL,
    revision integer NOT NULL,
    command_id text NOT NULL,
    mark text NOT NULL,
    at timestamptz NOT NULL,
    author text NOT NULL,
    body jsonb NOT NULL,
    PRIMARY KEY (hall_id, notice_id, revision),
    UNIQUE (hall_id, command_id)
);

-- The newest revision; the columns beside the body are derived from it, for lists.
CREATE TABLE notices (
    hall_id text NOT NULL,
    notice_id text NOT NULL,
    is_published boolean NOT NULL,
    is_on_website boolean NOT NULL,
    is_taken_down boolean NOT NULL,
    begins_at timestamptz,
    until timestamptz,
    changed_at timestamptz NOT NULL,
    body jsonb NOT NULL,
    PRIMARY KEY (hall_id, notice_id)
);

CREATE INDEX notices_running ON notices (until) WHERE is_published AND NOT is_taken_down;

DO $$
DECLARE told record;
BEGIN
    FOR told IN SELECT tab, level, col, why FROM (VALUES
        ('notice_revisions', 1, 'hall_id notice_id revision command_id mark at', 'of the hall'),
        ('notice_revisions', 2, 'author body', 'which account'),
        ('notices', 1,
            'hall_id notice_id is_published is_on_website is_taken_down begins_at until changed_at',
            'of the hall'),
        ('notices', 2, 'body', 'which account')
    ) AS t (tab, level, cols, why), unnest(string_to_array(t.cols, ' ')) AS c (col)
    LOOP
        EXECUTE format('COMMENT ON COLUMN %I.%I IS %L',
            told.tab, told.col, 'personal:' || told.level || ' ' || told.why);
    END LOOP;
END $$;
