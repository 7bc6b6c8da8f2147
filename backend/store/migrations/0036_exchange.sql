-- Whole catalogues that were brought in: each once, however often it was sent.
CREATE TABLE catalogue_imports (
    hall_id text NOT NULL,
    command_id text NOT NULL,
    sha256 text NOT NULL,
    author text NOT NULL,
    at timestamptz NOT NULL DEFAULT now(),
    done jsonb NOT NULL,
    PRIMARY KEY (hall_id, command_id)
);

DO $$
DECLARE told record;
BEGIN
    FOR told IN SELECT t.level, t.why, c.col FROM (VALUES
        (1, 'hall_id command_id sha256 at done', 'what was brought in, by its hash, and how much changed'),
        (2, 'author', 'which account')
    ) AS t (level, cols, why), unnest(string_to_array(t.cols, ' ')) AS c (col)
    LOOP
        EXECUTE format('COMMENT ON COLUMN catalogue_imports.%I IS %L',
            told.col, 'personal:' || told.level || ' ' || told.why);
    END LOOP;
END $$;
