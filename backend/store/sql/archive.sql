-- name: archived_end^
-- The last archived commit of a day.
SELECT seq, commit_id FROM commits WHERE hall_id = :hall_id AND day = :day ORDER BY seq DESC LIMIT 1;

-- name: archived_commits
-- Commits of a day after a seq, oldest first.
SELECT seq, commit_id, body::text AS body FROM commits
WHERE hall_id = :hall_id AND day = :day AND seq > :seq ORDER BY seq LIMIT :count;

-- name: archived_day$
-- The last day of a hall that has anything archived.
SELECT max(day) FROM commits WHERE hall_id = :hall_id;

-- name: last_archived_days
-- The last days of a hall that have anything archived, newest first, looked up one by one.
WITH RECURSIVE days (day) AS (
    SELECT max(day) FROM commits WHERE hall_id = :hall_id
    UNION ALL
    SELECT (SELECT max(c.day) FROM commits AS c WHERE c.hall_id = :hall_id AND c.day < days.day)
    FROM days WHERE days.day IS NOT NULL
)
SELECT day FROM days WHERE day IS NOT NULL LIMIT :count;

-- name: archive_commits!
-- Keep commits; one kept already is left alone.
INSERT INTO commits (hall_id, day, seq, commit_id, at, body)
SELECT :hall_id, :day, c.seq, c.commit_id, c.at, c.body::jsonb
FROM unnest(:seqs::integer[], :commit_ids::text[], :ats::timestamptz[], :bodies::text[])
    AS c (seq, commit_id, at, body)
ON CONFLICT DO NOTHING;

-- name: set_lost_aside!
-- Move the archived commits after a seq aside.
WITH lost AS (
    DELETE FROM commits WHERE hall_id = :hall_id AND day = :day AND seq > :seq
    RETURNING hall_id, day, seq, commit_id, body
)
INSERT INTO lost_commits (hall_id, day, seq, commit_id, body)
SELECT hall_id, day, seq, commit_id, body FROM lost;

-- name: archived_days
-- The recorded days of a hall, newest first, looked up one by one: their commits are many.
WITH RECURSIVE days (day) AS (
    SELECT max(day) FROM commits WHERE hall_id = :hall_id
    UNION ALL
    SELECT (SELECT max(c.day) FROM commits AS c WHERE c.hall_id = :hall_id AND c.day < days.day)
    FROM days WHERE days.day IS NOT NULL
)
SELECT
    day,
    (SELECT count(*) FROM commits AS c WHERE c.hall_id = :hall_id AND c.day = days.day
        AND c.body @> '{"events": [{"type": "ticket_taken"}]}') AS tickets,
    EXISTS (SELECT FROM commits AS c WHERE c.hall_id = :hall_id AND c.day = days.day
        AND c.body @> '{"events": [{"type": "day_closed"}]}') AS is_closed
FROM days WHERE day IS NOT NULL LIMIT :count;

-- name: archived_ticket^
-- Which ticket of which day has this token.
SELECT hall_id, day, body #>> '{events,0,ticket_id}' AS ticket_id FROM commits
WHERE body @> '{"events": [{"type": "ticket_taken"}]}' AND body #>> '{events,0,token}' = :token;

-- name: archived_evaluation^
-- The commit in which something was said of a visit after its day.
SELECT body::text AS body FROM commits
WHERE hall_id = :hall_id AND day > :day
    AND body @> '{"events": [{"type": "visit_evaluated"}]}'
    AND body #>> '{events,0,ticket_id}' = :ticket_id;

-- name: closings
-- The commits that closed the last days, newest first.
SELECT day, body::text AS body FROM commits
WHERE hall_id = :hall_id AND body @> '{"events": [{"type": "day_closed"}]}'
ORDER BY day DESC LIMIT :count;

-- name: traced_commits
-- Where a command's id is archived: its commits, and those that a rebuilt stream lacks.
SELECT hall_id, day, seq, archived_at, false AS is_lost, body::text AS body
FROM commits WHERE commit_id = :commit_id
UNION ALL
SELECT hall_id, day, seq, NULL, true, body::text FROM lost_commits WHERE commit_id = :commit_id
ORDER BY is_lost, day;
