-- What was looked for on the website and not found: the words, masked and small, and how often a
-- day.  Nothing says who asked, or when on the day.
CREATE TABLE search_misses (
    hall_id text NOT NULL,
    day date NOT NULL,
    query text NOT NULL,
    times integer NOT NULL,
    PRIMARY KEY (hall_id, day, query)
);

DO $$
DECLARE told record;
BEGIN
    FOR told IN SELECT t.level, t.why, c.col FROM (VALUES
        (1, 'hall_id day times', 'how often something was not found'),
        (2, 'query', 'what somebody looked for, numbers masked; not who')
    ) AS t (level, cols, why), unnest(string_to_array(t.cols, ' ')) AS c (col)
    LOOP
        EXECUTE format('COMMENT ON COLUMN search_misses.%I IS %L',
            told.col, 'personal:' || told.level || ' ' || told.why);
    END LOOP;
END $$;
