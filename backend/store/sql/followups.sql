-- name: open_followup!
-- Keep a follow-up; one that is there already is left alone.
INSERT INTO followups (hall_id, day, ticket_id, seq, queue_id, service_id, counter_id,
    level, evaluated_at, call_back_by, answer_by, is_excluded, is_settled, body)
VALUES (:hall_id, :day, :ticket_id, 1, :queue_id, :service_id, :counter_id,
    :level, :evaluated_at, :call_back_by, :answer_by, false, false, :body::jsonb)
ON CONFLICT DO NOTHING;

-- name: lock_followup^
-- A follow-up; nobody else adds to it before this transaction ends.
SELECT seq, body::text AS body FROM followups
WHERE hall_id = :hall_id AND day = :day AND ticket_id = :ticket_id FOR UPDATE;

-- name: followup^
-- A follow-up.
SELECT body::text AS body FROM followups
WHERE hall_id = :hall_id AND day = :day AND ticket_id = :ticket_id;

-- name: put_followup!
-- The follow-up with what was added.
UPDATE followups SET seq = seq + 1, called_back_in_time = :called_back_in_time,
    answered_in_time = :answered_in_time, level_again = :level_again,
    is_excluded = :is_excluded, is_flagged = :is_flagged, is_settled = :is_settled, body = :body::jsonb
WHERE hall_id = :hall_id AND day = :day AND ticket_id = :ticket_id;

-- name: followups_of
-- Follow-ups of a hall: those to be done, oldest first, then the others, newest first.
SELECT body::text AS body FROM followups
WHERE hall_id = :hall_id AND (:is_open::boolean IS NOT TRUE OR NOT is_settled)
AND (:service_ids::text[] IS NULL OR service_id = ANY (:service_ids::text[]))
ORDER BY is_settled, CASE WHEN NOT is_settled THEN evaluated_at END, evaluated_at DESC
LIMIT :count OFFSET :skip;

-- name: person_of_ticket$
-- Whose visit it was, if that is known.
SELECT person_hash FROM counted_tickets
WHERE hall_id = :hall_id AND day = :day AND ticket_id = :ticket_id AND replaced_by IS NULL
LIMIT 1;
