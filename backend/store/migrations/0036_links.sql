-- What became of asking for the addresses that guides name, the last time.
CREATE TABLE checked_links (
    hall_id text NOT NULL,
    url text NOT NULL,
    outcome text NOT NULL,
    status integer,
    at timestamptz NOT NULL,
    PRIMARY KEY (hall_id, url)
);

DO $$
DECLARE told record;
BEGIN
    FOR told IN SELECT t.level, t.why, c.col FROM (VALUES
        (1, 'hall_id url outcome status at', 'an address that a guide names, and whether it is there')
    ) AS t (level, cols, why), unnest(string_to_array(t.cols, ' ')) AS c (col)
    LOOP
        EXECUTE format('COMMENT ON COLUMN checked_links.%I IS %L',
            told.col, 'personal:' || told.level || ' ' || told.why);
    END LOOP;
END $$;
