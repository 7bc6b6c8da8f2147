-- name: appointments_of
-- Who is expected on a day.
SELECT body::text AS body FROM appointments
WHERE hall_id = :hall_id AND day = :day ORDER BY appointment_id LIMIT :count;

-- name: appointments_counted
-- How many are expected in each queue at each time of these days.
SELECT body->>'queue_id' AS queue_id, (body->>'slot_at')::timestamptz AS slot_at,
    count(*) AS expected
FROM appointments WHERE hall_id = :hall_id AND day BETWEEN :first AND :last
GROUP BY 1, 2;

-- name: forget_appointments!
-- Expect nobody on a day.
DELETE FROM appointments WHERE hall_id = :hall_id AND day = :day;

-- name: put_appointments!
-- Expect these on a day.
INSERT INTO appointments (hall_id, day, appointment_id, body)
SELECT :hall_id, :day, a.appointment_id, a.body::jsonb
FROM unnest(:appointment_ids::text[], :bodies::text[]) AS a (appointment_id, body);
