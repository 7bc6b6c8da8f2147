-- name: join_thing!
-- It is this visitor's, too; who had it keeps it.
INSERT INTO visitor_things (visitor, owner, joined_at) VALUES (:visitor, :owner, :at)
ON CONFLICT DO NOTHING;

-- name: visitor_things
-- What was joined to a visitor, newest first.
SELECT owner FROM visitor_things WHERE visitor = :visitor ORDER BY joined_at DESC, owner LIMIT :count;

-- name: visitor_persons
-- The persons among them, those known longest first.
SELECT owner FROM visitor_things WHERE visitor = :visitor AND owner NOT LIKE '%/%'
ORDER BY joined_at, owner LIMIT :count;

-- name: cases_of_owners
-- The cases of these persons, and these ones; those that go on first, newest first.
SELECT c.*, c.opened_at AS sort_at, t.token
FROM (SELECT * FROM cases WHERE person_hash = ANY (:persons)
    UNION SELECT cases.* FROM cases JOIN unnest(:halls::text[], :ids::text[])
        AS own (hall_id, case_id) USING (hall_id, case_id)) c
LEFT JOIN case_tokens t USING (hall_id, case_id)
ORDER BY c.state IN ('closed', 'withdrawn'), c.opened_at DESC, c.case_id LIMIT :count;

-- name: tickets_of_owners
-- The tickets of days that were counted, newest first.
SELECT t.hall_id, t.day, t.ticket_id, t.number, t.service_id, t.issued_at, t.outcome,
    (SELECT max(v.level) FROM counted_visits v WHERE v.hall_id = t.hall_id AND v.day = t.day
        AND v.ticket_id = t.ticket_id AND v.replaced_by IS NULL) AS level,
    (SELECT body #>> '{answered,answer}' FROM followups f WHERE f.hall_id = t.hall_id
        AND f.day = t.day AND f.ticket_id = t.ticket_id) AS answer
FROM counted_tickets t
WHERE t.replaced_by IS NULL AND (t.person_hash = ANY (:persons)
    OR (t.hall_id, t.day, t.ticket_id) IN (
        SELECT * FROM unnest(:halls::text[], :days::date[], :ids::text[])))
ORDER BY t.issued_at DESC, t.ticket_id LIMIT :count;

-- name: case_of_card^
-- The case with this number, if it is of one of these persons.
SELECT case_id FROM cases
WHERE hall_id = :hall_id AND year = :year AND no = :no AND person_hash = ANY (:persons);

-- name: bookings_of_owners
-- The bookings of these persons, what is to come first, then the newest.
SELECT hall_id, service_id, slot_at, state, code, token FROM bookings
WHERE person_hash = ANY (:persons) AND state NOT IN ('held', 'released', 'moved')
ORDER BY slot_at < :at, CASE WHEN slot_at < :at THEN -1 ELSE 1 END
    * extract(epoch FROM slot_at), booking_id LIMIT :count;

-- name: consultations_of_owners
-- Questions and chats of these persons, and these ones; those that go on first, newest first.
SELECT c.hall_id, c.kind, c.state, c.words, c.service_id, c.asked_at, first.command_id,
    CASE WHEN c.state IN ('asked', 'taken') THEN c.due_at END AS due_at
FROM (SELECT * FROM consultations WHERE person_hash = ANY (:persons)
    UNION SELECT consultations.* FROM consultations JOIN unnest(:halls::text[], :ids::text[])
        AS own (hall_id, consultation_id) USING (hall_id, consultation_id)) c
JOIN consultation_commits first USING (hall_id, consultation_id)
WHERE first.seq = 1
ORDER BY c.state = 'closed', c.last_at DESC, c.consultation_id LIMIT :count;
