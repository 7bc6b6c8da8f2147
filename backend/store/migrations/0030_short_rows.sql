-- Fewer rows to ask, wherever a question needs no more.

-- What each counter did on a day, the spans of one state and clerk put together: a twentieth of
-- the rows.  Sums over these are those over the spans, whatever is asked for but half hours.
CREATE TABLE counted_counter_days (
    hall_id text NOT NULL,
    day date NOT NULL,
    counter_id text NOT NULL,
    clerk_id text,
    zone_id text,
    department_id text,
    state text NOT NULL,
    revision integer NOT NULL,
    replaced_by integer,
    length_ms bigint NOT NULL
);

CREATE INDEX counted_counter_days_of ON counted_counter_days (hall_id, day);

CREATE VIEW counter_days_to_count AS
SELECT
    hall_id, day, counter_id, clerk_id, zone_id, department_id, state, revision, replaced_by,
    sum(length_ms)::bigint AS length_ms
FROM counted_spans
GROUP BY
    hall_id, day, counter_id, clerk_id, zone_id, department_id, state, revision, replaced_by;

INSERT INTO counted_counter_days SELECT * FROM counter_days_to_count;

DO $$
DECLARE
    c record;
BEGIN
    FOR c IN
        SELECT * FROM (VALUES
            (1, 'hall_id day counter_id zone_id department_id state revision replaced_by length_ms',
                'the window'),
            (2, 'clerk_id', 'which account')
        ) AS levels (level, names, why)
        CROSS JOIN unnest(string_to_array(levels.names, ' ')) AS name
    LOOP
        EXECUTE format(
            'COMMENT ON COLUMN counted_counter_days.%I IS %L',
            c.name, format('personal:%s %s', c.level, c.why)
        );
    END LOOP;
END $$;

-- Cases without their tickets.
CREATE VIEW accepted_cases AS
SELECT
    hall_id,
    accepted_on AS day,
    case_id,
    state,
    service_id,
    department_id,
    person_hash,
    visits,
    half_hour,
    clerk_id,
    due_at,
    decided_at,
    withdrawn_at,
    by_facts
FROM counted_cases
WHERE accepted_on IS NOT NULL;
