-- name: days_to_count
-- The archived days whose end is not the one that was counted, oldest first.
WITH RECURSIVE days (day) AS (
    SELECT min(day) FROM commits WHERE hall_id = :hall_id
    UNION ALL
    SELECT (SELECT min(c.day) FROM commits AS c WHERE c.hall_id = :hall_id AND c.day > days.day)
    FROM days WHERE days.day IS NOT NULL
)
SELECT days.day
FROM days
CROSS JOIN LATERAL (
    SELECT c.seq, c.commit_id FROM commits AS c
    WHERE c.hall_id = :hall_id AND c.day = days.day ORDER BY c.seq DESC LIMIT 1
) AS archived
LEFT JOIN LATERAL (
    SELECT n.seq, n.head FROM counted_days AS n
    WHERE n.hall_id = :hall_id AND n.day = days.day ORDER BY n.revision DESC LIMIT 1
) AS counted ON true
WHERE counted.seq IS DISTINCT FROM archived.seq OR counted.head <> archived.commit_id
ORDER BY days.day;

-- name: counted_days
-- The days that are counted, oldest first.
SELECT DISTINCT day FROM counted_days WHERE hall_id = :hall_id ORDER BY day;

-- name: owners_of_services
-- Whose each service was on a day; of one that came into the catalogue later, whose it was then.
SELECT DISTINCT ON (service_id) service_id, document ->> 'department_id' AS department_id
FROM counting_services WHERE hall_id = :hall_id AND document IS NOT NULL
ORDER BY service_id, valid_from <= :day::date DESC, abs(valid_from - :day::date), version DESC;

-- name: rated_later
-- What was said of a day's visits on later days (EV2); nothing else is in such a commit.
SELECT body #>> '{events,0,ticket_id}' AS ticket_id,
    (body #>> '{events,0,level}')::integer AS level
FROM commits
WHERE hall_id = :hall_id AND body #>> '{events,0,day}' = :day::date::text
AND body @> '{"events": [{"type": "visit_evaluated"}]}';

-- name: days_rated_later
-- The days of which some of these visits are counted without what was said of them.
SELECT DISTINCT v.day
FROM counted_visits AS v
JOIN unnest(:days::date[], :ticket_ids::text[]) AS r (day, ticket_id) USING (day, ticket_id)
WHERE v.hall_id = :hall_id AND v.is_done AND v.level IS NULL AND v.replaced_by IS NULL;

-- name: lock_counted_day!
-- Let nobody else count the day before this transaction ends.
SELECT pg_advisory_xact_lock(hashtextextended('count/' || :hall_id || '/' || :day::date, 0));

-- name: counted_day^
-- The newest revision of a day.
SELECT revision, seq, head, is_final, rows, sha256 FROM counted_days
WHERE hall_id = :hall_id AND day = :day ORDER BY revision DESC LIMIT 1;

-- name: counted_revisions
-- The revisions of the days of a period, oldest first.
SELECT day, revision, seq, is_final, rows, sha256, counted_at FROM counted_days
WHERE hall_id = ANY(:hall_ids::text[]) AND day BETWEEN :first AND :last
ORDER BY day, revision;

-- name: put_counted_day!
-- A day was counted; the end of one that is counted already is moved.
INSERT INTO counted_days (hall_id, day, revision, seq, head, is_final, rows, sha256)
VALUES (:hall_id, :day, :revision, :seq, :head, :is_final, :rows, :sha256)
ON CONFLICT (hall_id, day, revision) DO UPDATE
SET seq = excluded.seq, head = excluded.head, is_final = excluded.is_final, rows = excluded.rows,
    sha256 = excluded.sha256, counted_at = now();

-- name: drop_counted_rows!
-- Forget what a day came to that is not over.
WITH tickets AS (DELETE FROM counted_tickets WHERE hall_id = :hall_id AND day = :day),
visits AS (DELETE FROM counted_visits WHERE hall_id = :hall_id AND day = :day),
clerk_days AS (DELETE FROM counted_clerk_days WHERE hall_id = :hall_id AND day = :day)
DELETE FROM counted_spans WHERE hall_id = :hall_id AND day = :day;

-- name: put_counted_tickets!
INSERT INTO counted_tickets
SELECT * FROM jsonb_populate_recordset(NULL::counted_tickets, :rows::jsonb);

-- name: put_counted_visits!
INSERT INTO counted_visits
SELECT * FROM jsonb_populate_recordset(NULL::counted_visits, :rows::jsonb);

-- name: put_counted_spans!
INSERT INTO counted_spans
SELECT * FROM jsonb_populate_recordset(NULL::counted_spans, :rows::jsonb);

-- name: put_counted_clerk_days!
INSERT INTO counted_clerk_days
SELECT * FROM jsonb_populate_recordset(NULL::counted_clerk_days, :rows::jsonb);

-- name: drop_counter_days!
-- Forget what the day's spans came to.
DELETE FROM counted_counter_days WHERE hall_id = :hall_id AND day = :day;

-- name: put_counter_days!
-- What the day's spans come to, those replaced too.
INSERT INTO counted_counter_days
SELECT * FROM counter_days_to_count WHERE hall_id = :hall_id AND day = :day;

-- name: counter_days_differ$
-- Whether the day's spans come to something else than what is kept.
WITH found AS (
    SELECT * FROM counter_days_to_count WHERE hall_id = :hall_id AND day = :day
), kept AS (
    SELECT * FROM counted_counter_days WHERE hall_id = :hall_id AND day = :day
)
SELECT EXISTS (TABLE found EXCEPT ALL TABLE kept) OR EXISTS (TABLE kept EXCEPT ALL TABLE found);

-- name: replace_counted_clerk_days!
-- Rows that a later revision corrects.
UPDATE counted_clerk_days AS t SET replaced_by = :revision
FROM jsonb_populate_recordset(NULL::counted_clerk_days, :rows::jsonb) AS r
WHERE t.hall_id = r.hall_id AND t.day = r.day AND t.clerk_id = r.clerk_id
AND t.replaced_by IS NULL;

-- name: counted_clerk_days
-- The day's rows in force, or as it was frozen.
SELECT * FROM counted_clerk_days WHERE hall_id = :hall_id AND day = :day
AND CASE WHEN :is_frozen THEN revision = 0 ELSE replaced_by IS NULL END;

-- name: replace_counted_tickets!
-- Rows that a later revision corrects.
UPDATE counted_tickets AS t SET replaced_by = :revision
FROM jsonb_populate_recordset(NULL::counted_tickets, :rows::jsonb) AS r
WHERE t.hall_id = r.hall_id AND t.day = r.day AND t.ticket_id = r.ticket_id
AND t.replaced_by IS NULL;

-- name: replace_counted_visits!
-- Rows that a later revision corrects.
UPDATE counted_visits AS t SET replaced_by = :revision
FROM jsonb_populate_recordset(NULL::counted_visits, :rows::jsonb) AS r
WHERE t.hall_id = r.hall_id AND t.day = r.day AND t.ticket_id = r.ticket_id
AND t.visit = r.visit AND t.replaced_by IS NULL;

-- name: replace_counted_spans!
-- Rows that a later revision corrects.
UPDATE counted_spans AS t SET replaced_by = :revision
FROM jsonb_populate_recordset(NULL::counted_spans, :rows::jsonb) AS r
WHERE t.hall_id = r.hall_id AND t.day = r.day AND t.counter_id = r.counter_id
AND t.from_at = r.from_at AND t.replaced_by IS NULL;

-- name: counted_tickets
-- The day's rows in force, or as it was frozen.
SELECT * FROM counted_tickets WHERE hall_id = :hall_id AND day = :day
AND CASE WHEN :is_frozen THEN revision = 0 ELSE replaced_by IS NULL END;

-- name: counted_visits
-- The day's rows in force, or as it was frozen.
SELECT * FROM counted_visits WHERE hall_id = :hall_id AND day = :day
AND CASE WHEN :is_frozen THEN revision = 0 ELSE replaced_by IS NULL END;

-- name: counted_spans
-- The day's rows in force, or as it was frozen.
SELECT * FROM counted_spans WHERE hall_id = :hall_id AND day = :day
AND CASE WHEN :is_frozen THEN revision = 0 ELSE replaced_by IS NULL END;

-- name: cases_to_count
-- Cases after that id that went on since they were counted.
SELECT c.case_id FROM cases AS c
LEFT JOIN counted_cases AS n
    ON n.hall_id = c.hall_id AND n.case_id = c.case_id AND n.case_id > :after
WHERE c.hall_id = :hall_id AND c.case_id > :after AND n.seq IS DISTINCT FROM c.seq
ORDER BY c.case_id LIMIT :count;

-- name: commits_of_cases
-- Everything that happened to these cases, each oldest first.
SELECT case_id, seq, body::text AS body FROM case_commits
WHERE hall_id = :hall_id AND case_id = ANY(:case_ids::text[]) ORDER BY case_id, seq;

-- name: put_counted_cases!
-- What these cases come to by now.
INSERT INTO counted_cases
SELECT * FROM jsonb_populate_recordset(NULL::counted_cases, :rows::jsonb)
ON CONFLICT (hall_id, case_id) DO UPDATE
SET seq = excluded.seq,
    state = excluded.state,
    kind = excluded.kind,
    service_id = excluded.service_id,
    department_id = excluded.department_id,
    person_hash = excluded.person_hash,
    ticket_day = excluded.ticket_day,
    ticket_id = excluded.ticket_id,
    visits = excluded.visits,
    number = excluded.number,
    accepted_on = excluded.accepted_on,
    accepted_at = excluded.accepted_at,
    half_hour = excluded.half_hour,
    clerk_id = excluded.clerk_id,
    due_at = excluded.due_at,
    decided_at = excluded.decided_at,
    outcome = excluded.outcome,
    withdrawn_at = excluded.withdrawn_at,
    by_facts = excluded.by_facts
WHERE counted_cases.seq < excluded.seq;
