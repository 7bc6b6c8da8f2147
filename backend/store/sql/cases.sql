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
    is_provisional, tell_by, outcome, visits, opened_at)
VALUES (:hall_id, :case_id, :seq, :state, :service_id, :department_id, :staff_id,
    :ticket_day, :ticket_id, :number, :year, :no, :due_at, :due_day, :amber_from, :red_from,
    :is_provisional, :tell_by, :outcome, :visits, :opened_at)
ON CONFLICT (hall_id, case_id) DO UPDATE SET seq = excluded.seq, state = excluded.state,
    department_id = excluded.department_id, staff_id = excluded.staff_id,
    number = excluded.number, year = excluded.year, no = excluded.no,
    due_at = excluded.due_at, due_day = excluded.due_day, amber_from = excluded.amber_from,
    red_from = excluded.red_from, is_provisional = excluded.is_provisional,
    tell_by = excluded.tell_by, outcome = excluded.outcome, visits = excluded.visits;

-- name: case_row^
-- A case as it stands.
SELECT * FROM cases WHERE hall_id = :hall_id AND case_id = :case_id;

-- name: cases_to_keep
-- Cases that the clock or a new calendar may change, in order of their ids.
SELECT case_id FROM cases
WHERE hall_id = :hall_id AND case_id > :after
AND (state IN ('accepted', 'in_process', 'suspended') OR (state = 'form_check' AND tell_by < :at))
ORDER BY case_id LIMIT :count;

-- name: recorded_cases
-- Every case of which something is kept.
SELECT DISTINCT case_id FROM case_commits WHERE hall_id = :hall_id ORDER BY case_id;

-- name: halls_with_cases
-- Where there is any case.
SELECT DISTINCT hall_id FROM case_commits ORDER BY hall_id;
