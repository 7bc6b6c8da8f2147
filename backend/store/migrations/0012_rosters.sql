-- Rosters: what was decided of each hall's, in order; what a roster says is their fold.
CREATE TABLE roster_commits (
    hall_id text NOT NULL REFERENCES halls,
    seq integer NOT NULL,
    command_id text NOT NULL UNIQUE,
    at timestamptz NOT NULL,
    body jsonb NOT NULL,
    PRIMARY KEY (hall_id, seq)
);

-- The attendance of closed days, as the event that closed each has it (SH3); none of it is stored
-- twice, and commits_closed finds the events.  All _s are seconds.

-- One row for each clerk and day that had a shift or was signed on.
CREATE VIEW clerk_days AS
SELECT
    closing.hall_id,
    closing.day,
    person.clerk_id,
    person.signed_on_at,
    person.signed_off_at,
    person.rostered_s,
    person.on_post_s,
    person.open_s,
    person.busy_s,
    person.paused_s,
    jsonb_array_length(person.shifts) AS shifts,
    (SELECT count(*) FROM jsonb_array_elements(person.shifts) AS s (shift)
        WHERE (s.shift ->> 'late_s')::integer > 0) AS late,
    (SELECT count(*) FROM jsonb_array_elements(person.shifts) AS s (shift)
        WHERE (s.shift ->> 'early_s')::integer > 0) AS early,
    (SELECT count(*) FROM jsonb_array_elements(person.shifts) AS s (shift)
        WHERE (s.shift ->> 'is_missing')::boolean) AS missing
FROM commits AS closing
CROSS JOIN LATERAL jsonb_array_elements(closing.body -> 'events') AS e (event)
CROSS JOIN LATERAL jsonb_to_recordset(e.event -> 'attendance') AS person (
    clerk_id text, signed_on_at timestamptz, signed_off_at timestamptz, rostered_s integer,
    on_post_s integer, open_s integer, busy_s integer, paused_s integer, shifts jsonb
)
WHERE closing.body @> '{"events": [{"type": "day_closed"}]}' AND e.event ->> 'type' = 'day_closed';

-- One row for each shift that had come, of the person who was expected in it.
CREATE VIEW clerk_shifts AS
SELECT
    closing.hall_id,
    closing.day,
    person.clerk_id,
    shift.counter_id,
    shift.role,
    shift.begins_at,
    shift.ends_at,
    shift.signed_on_at,
    shift.signed_off_at,
    shift.late_s,
    shift.early_s,
    shift.is_missing,
    shift.stand_in_id
FROM commits AS closing
CROSS JOIN LATERAL jsonb_array_elements(closing.body -> 'events') AS e (event)
CROSS JOIN LATERAL jsonb_to_recordset(e.event -> 'attendance') AS person (
    clerk_id text, shifts jsonb
)
CROSS JOIN LATERAL jsonb_to_recordset(person.shifts) AS shift (
    counter_id text, role text, begins_at timestamptz, ends_at timestamptz,
    signed_on_at timestamptz, signed_off_at timestamptz, late_s integer, early_s integer,
    is_missing boolean, stand_in_id text
)
WHERE closing.body @> '{"events": [{"type": "day_closed"}]}' AND e.event ->> 'type' = 'day_closed';
