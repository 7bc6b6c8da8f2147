-- name: lock_case!
-- Let nobody else append to the case, which may not exist yet, before this transaction ends.
SELECT pg_advisory_xact_lock(hashtextextended(:hall_id || '/' || :case_id, 0));

-- name: case_commits
-- Everything that happened to a case, oldest first.
SELECT seq, body::text AS body FROM case_commits
WHERE hall_id = :hall_id AND case_id = :case_id ORDER BY seq;

-- name: case_commit_of^
-- What a command caused, whatever case it was for.
SELECT hall_id, case_id, seq, body::text AS body FROM case_commits
WHERE command_id = :command_id;

-- name: live_case_of_ticket$
-- The case that a ticket has for a service.
SELECT case_id FROM cases
WHERE hall_id = :hall_id AND ticket_day = :ticket_day AND ticket_id = :ticket_id
AND service_id = :service_id AND state <> 'withdrawn';

-- name: begin_case_numbers!
-- A year in which no number is given yet.
INSERT INTO case_numbers (hall_id, year, last_no) VALUES (:hall_id, :year, 0)
ON CONFLICT DO NOTHING;

-- name: lock_case_numbers$
-- The last number of the year; nobody else gives one before this transaction ends.
SELECT last_no FROM case_numbers WHERE hall_id = :hall_id AND year = :year FOR UPDATE;

-- name: put_last_case_no!
-- A number was given.
UPDATE case_numbers SET last_no = :last_no WHERE hall_id = :hall_id AND year = :year;

-- name: append_case_commit!
-- Keep what a command caused, right after the commit before it.
INSERT INTO case_commits (hall_id, case_id, seq, command_id, at, body)
VALUES (:hall_id, :case_id, :seq, :command_id, :at, :body::jsonb);

-- name: put_case!
-- The case as it stands.
INSERT INTO cases (hall_id, case_id, seq, state, service_id, department_id, staff_id,
    ticket_day, ticket_id, number, year, no, due_at, due_day, amber_from, red_from,
    is_provisional, tell_by, outcome, visits, opened_at, opened_by, person_hash, asked)
VALUES (:hall_id, :case_id, :seq, :state, :service_id, :department_id, :staff_id,
    :ticket_day, :ticket_id, :number, :year, :no, :due_at, :due_day, :amber_from, :red_from,
    :is_provisional, :tell_by, :outcome, :visits, :opened_at,
    :opened_by, :person_hash, :asked)
ON CONFLICT (hall_id, case_id) DO UPDATE SET seq = excluded.seq, state = excluded.state,
    department_id = excluded.department_id, staff_id = excluded.staff_id,
    number = excluded.number, year = excluded.year, no = excluded.no,
    due_at = excluded.due_at, due_day = excluded.due_day, amber_from = excluded.amber_from,
    red_from = excluded.red_from, is_provisional = excluded.is_provisional,
    tell_by = excluded.tell_by, outcome = excluded.outcome, visits = excluded.visits,
    asked = excluded.asked;

-- name: case_row^
-- A case as it stands.
SELECT * FROM cases WHERE hall_id = :hall_id AND case_id = :case_id;

-- name: cases_to_keep
-- Cases that the clock or a new calendar may change, in order of their ids.
SELECT case_id FROM cases
WHERE hall_id = :hall_id AND case_id > :after
AND (state IN ('accepted', 'in_process', 'suspended') OR (state = 'form_check' AND tell_by < :at))
ORDER BY case_id LIMIT :count;

-- name: silent_cases
-- Cases that nobody answered in time (CS1), in order of their ids.
SELECT case_id FROM cases
WHERE hall_id = :hall_id AND case_id > :after AND state = 'form_check' AND tell_by < :at
ORDER BY case_id LIMIT :count;

-- name: recorded_cases
-- Every case of which something is kept.
SELECT DISTINCT case_id FROM case_commits WHERE hall_id = :hall_id ORDER BY case_id;

-- name: halls_to_keep
-- Where the clock or a calendar may change a case.
SELECT DISTINCT hall_id FROM cases WHERE state NOT IN ('closed', 'withdrawn') ORDER BY hall_id;

-- name: halls_with_cases
-- Where there is any case.
SELECT DISTINCT hall_id FROM case_commits ORDER BY hall_id;

-- name: listed_cases
-- Cases that are not over, of one kind, after a place in the order of what is due first.
SELECT * FROM (SELECT *, coalesce(CASE WHEN state = 'form_check' THEN tell_by END, due_at, opened_at)
    AS sort_at FROM cases) c
WHERE hall_id = :hall_id AND state NOT IN ('closed', 'withdrawn')
AND (sort_at, case_id) > (:after_at, :after_id)
AND CASE WHEN cast(:kind AS text) = 'mine'
    THEN staff_id = :staff_id OR (staff_id IS NULL AND opened_by = :staff_id)
    WHEN cast(:departments AS text[]) IS NULL THEN true
    WHEN cast(:kind AS text) = 'asked' THEN asked && :departments
    ELSE department_id = ANY (:departments) END
AND CASE cast(:kind AS text)
    WHEN 'amber' THEN state IN ('accepted', 'in_process') AND amber_from <= :today
        AND red_from > :today AND due_at >= :at
    WHEN 'red' THEN state IN ('accepted', 'in_process') AND red_from <= :today AND due_at >= :at
    WHEN 'overdue' THEN state IN ('accepted', 'in_process') AND due_at < :at
    WHEN 'to_tell' THEN state = 'form_check'
    WHEN 'to_deliver' THEN state IN ('decided', 'notified', 'delivered')
    WHEN 'asked' THEN asked <> '{}'
    ELSE true END
ORDER BY sort_at, case_id LIMIT :count;

-- name: counted_cases
-- How many cases of each department are on each list.
SELECT department_id,
    count(*) AS open,
    count(*) FILTER (WHERE is_running AND amber_from <= :today AND red_from > :today
        AND due_at >= :at) AS amber,
    count(*) FILTER (WHERE is_running AND red_from <= :today AND due_at >= :at) AS red,
    count(*) FILTER (WHERE is_running AND due_at < :at) AS overdue,
    count(*) FILTER (WHERE state = 'form_check') AS to_tell,
    count(*) FILTER (WHERE state IN ('decided', 'notified', 'delivered')) AS to_deliver
FROM (SELECT *, state IN ('accepted', 'in_process') AS is_running FROM cases) c
WHERE hall_id = :hall_id AND state NOT IN ('closed', 'withdrawn')
AND (cast(:departments AS text[]) IS NULL OR department_id = ANY (:departments))
GROUP BY department_id ORDER BY department_id;

-- name: cases_of_visit
-- The cases of a ticket, and those of its visitor that are not over; newest first.
SELECT *, opened_at AS sort_at FROM cases
WHERE hall_id = :hall_id AND ((ticket_day = :ticket_day AND ticket_id = :ticket_id)
    OR (person_hash = :person_hash AND state NOT IN ('closed', 'withdrawn')))
ORDER BY opened_at DESC, case_id LIMIT :count;

-- name: case_numbered^
-- The case with this number.
SELECT *, opened_at AS sort_at FROM cases WHERE hall_id = :hall_id AND year = :year AND no = :no;

-- name: put_case_token!
-- A case's secret; one that it has stays.
INSERT INTO case_tokens (hall_id, case_id, token) VALUES (:hall_id, :case_id, :token)
ON CONFLICT (hall_id, case_id) DO NOTHING;

-- name: case_token$
-- The secret by which a case is followed.
SELECT token FROM case_tokens WHERE hall_id = :hall_id AND case_id = :case_id;

-- name: case_with_token^
-- Whose secret it is.
SELECT hall_id, case_id FROM case_tokens WHERE token = :token;

-- name: put_case_digest!
-- What a department is told on a day, once.
INSERT INTO case_digests (hall_id, day, department_id, body, made_at)
VALUES (:hall_id, :day, :department_id, :body::jsonb, :made_at)
ON CONFLICT DO NOTHING;

-- name: case_digest_days
-- The days of which there are digests, newest first.
SELECT DISTINCT day FROM case_digests WHERE hall_id = :hall_id ORDER BY day DESC LIMIT :count;

-- name: case_digests
-- What departments were told on a day.
SELECT department_id, body::text AS body FROM case_digests
WHERE hall_id = :hall_id AND day = :day
AND (cast(:departments AS text[]) IS NULL OR department_id = ANY (:departments))
ORDER BY department_id;

-- name: try_case_keeping$
-- Whether this transaction, and nobody else now, does what the clock brings.
SELECT pg_try_advisory_xact_lock(hashtextextended('case_keeping', 0));
