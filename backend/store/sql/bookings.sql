-- name: lock_slots!
-- Let nobody else give or take places of these slots before this transaction ends.
SELECT pg_advisory_xact_lock(hashtextextended('slot/' || s.slot, 0))
FROM (SELECT slot FROM unnest(:slots::text[]) AS u (slot) ORDER BY slot) AS s;

-- name: booking_of_command^
-- What a command was about, and its mark.
SELECT booking_id, mark FROM booking_commands WHERE command_id = :command_id;

-- name: booking^
-- A booking as it stands now.
SELECT * FROM bookings WHERE booking_id = :booking_id ORDER BY revision DESC LIMIT 1;

-- name: booking_with_token^
-- The booking whose secret this is.
SELECT * FROM bookings WHERE token = :token AND state <> 'moved';

-- name: lock_booking^
-- The booking whose secret this is; nobody else changes it before this transaction ends.
SELECT * FROM bookings WHERE token = :token AND state <> 'moved' FOR UPDATE;

-- name: booking_with_code^
-- The booking whose code this is.
SELECT * FROM bookings WHERE hall_id = :hall_id AND code = :code AND state <> 'moved';

-- name: slot_standing^
-- How many places of a slot are taken at that instant, but for one booking's, and when that
-- changed last.
SELECT count(*) FILTER (
    WHERE booking_id <> :besides
    AND (state IN ('booked', 'kept') OR (state = 'held' AND held_until > :at))) AS taken,
    max(changed_at) AS changed_at
FROM bookings
WHERE hall_id = :hall_id AND day = :day AND queue_id = :queue_id AND slot_at = :slot_at;

-- name: slots_taken
-- How many places of each slot are taken at that instant.
SELECT slot_at, count(*) AS taken FROM bookings
WHERE hall_id = :hall_id AND queue_id = :queue_id AND day BETWEEN :first AND :last
AND (state IN ('booked', 'kept') OR (state = 'held' AND held_until > :at))
GROUP BY slot_at;

-- name: missed_of
-- The slots of a person that were missed and count, oldest first.
SELECT day, slot_at FROM bookings
WHERE hall_id = :hall_id AND person_hash = :person_hash AND state = 'missed'
AND excused_at IS NULL ORDER BY slot_at;

-- name: put_booking!
-- A booking as it is from now on.
INSERT INTO bookings (appointment_id, hall_id, booking_id, revision, queue_id, service_id, day,
    slot_at, state, code, token, changed_at, held_until, person_hash, origin, excused_at,
    lost_at, reason, is_told)
VALUES (:appointment_id, :hall_id, :booking_id, :revision, :queue_id, :service_id, :day,
    :slot_at, :state, :code, :token, :changed_at, :held_until, :person_hash, :origin,
    :excused_at, :lost_at, :reason, :is_told)
ON CONFLICT (appointment_id) DO UPDATE SET state = excluded.state,
    changed_at = excluded.changed_at, held_until = excluded.held_until,
    person_hash = excluded.person_hash, origin = excluded.origin, reason = excluded.reason,
    is_told = excluded.is_told;

-- name: keep_booking_command!
-- That the command had its effect.
INSERT INTO booking_commands (command_id, booking_id, mark, at)
VALUES (:command_id, :booking_id, :mark, :at);

-- name: booked_on
-- Who is expected on a day.
SELECT * FROM bookings WHERE hall_id = :hall_id AND day = :day AND state = 'booked'
ORDER BY slot_at, appointment_id LIMIT :count;

-- name: booking_ids
-- What was ever booked on a day by a person, as the hall's day calls it.
SELECT appointment_id FROM bookings
WHERE hall_id = :hall_id AND day = :day AND person_hash IS NOT NULL LIMIT :count;

-- name: bookings_of_day
-- Everything that was ever booked on a day, for staff.
SELECT * FROM bookings
WHERE hall_id = :hall_id AND day = :day AND state NOT IN ('released', 'moved')
AND (state <> 'held' OR held_until > :at)
ORDER BY slot_at, appointment_id LIMIT :count;

-- name: bookings_to_tell
-- What days that are here or over may not know of yet, by revision: a code is given up before it
-- is given again.
SELECT * FROM bookings WHERE NOT is_told AND day <= :day ORDER BY hall_id, revision LIMIT :count;

-- name: tell_bookings!
-- The hall's day knows of these as they are, or never will.
UPDATE bookings SET is_told = true FROM unnest(
    :appointment_ids::text[], :states::text[]) AS t (appointment_id, state)
WHERE bookings.appointment_id = t.appointment_id AND bookings.state = t.state;

-- name: settle_bookings
-- What became of bookings on their day.
UPDATE bookings SET state = :state, changed_at = :at
WHERE hall_id = :hall_id AND appointment_id = ANY (:appointment_ids::text[])
AND state = 'booked' RETURNING *;

-- name: slots_booked
-- The slots to come in which somebody is booked, and whether they are known to be lost (AP4).
SELECT DISTINCT queue_id, slot_at, lost_at IS NOT NULL AS is_lost FROM bookings
WHERE hall_id = :hall_id AND day >= :day AND state = 'booked' AND slot_at > :at;

-- name: lose_slot
-- The hall no longer keeps a slot; who was booked in it, once.
UPDATE bookings SET lost_at = :at
WHERE hall_id = :hall_id AND day = :day AND queue_id = :queue_id AND slot_at = :slot_at
AND state = 'booked' AND lost_at IS NULL RETURNING *;

-- name: find_slot
-- The hall keeps a slot again; who is booked in it, as they were, once.
WITH before AS (
    SELECT * FROM bookings
    WHERE hall_id = :hall_id AND day = :day AND queue_id = :queue_id AND slot_at = :slot_at
    AND state = 'booked' AND lost_at IS NOT NULL FOR UPDATE
), found AS (
    UPDATE bookings b SET lost_at = NULL FROM before
    WHERE b.appointment_id = before.appointment_id
)
SELECT * FROM before;

-- name: lost_days
-- On which days to come bookings are lost, and how many.
SELECT day, count(*) AS bookings FROM bookings
WHERE hall_id = :hall_id AND day >= :day AND state = 'booked' AND lost_at IS NOT NULL
GROUP BY day ORDER BY day;

-- name: forget_booking_commands!
-- Commands that nobody repeats any more, so many at once.
DELETE FROM booking_commands WHERE command_id IN (
    SELECT command_id FROM booking_commands WHERE at < :before ORDER BY at LIMIT :count);

-- name: forget_holds!
-- Places that nobody booked, of slots that are long over, so many at once.
DELETE FROM bookings WHERE appointment_id IN (
    SELECT appointment_id FROM bookings WHERE person_hash IS NULL AND slot_at < :before
    ORDER BY slot_at LIMIT :count);

-- name: forget_booking_contacts!
-- Contacts that are of one booking alone, once it has begun, or was called off a while ago (NO6).
DELETE FROM contacts c WHERE c.owner LIKE '%/booking/%' AND NOT EXISTS (
    SELECT FROM bookings b WHERE b.booking_id = split_part(c.owner, '/booking/', 2)
    AND c.owner = b.hall_id || '/booking/' || b.booking_id
    AND b.state <> 'moved' AND b.slot_at > :at AND (b.state = 'booked' OR b.changed_at > :before));

-- name: put_appeal!
-- A blocked person's appeal.
INSERT INTO block_appeals (appeal_id, hall_id, person_hash, words, asked_at, again_on, missed,
    verdict)
VALUES (:appeal_id, :hall_id, :person_hash, :words, :asked_at, :again_on,
    :missed::timestamptz[], '');

-- name: appeal^
-- An appeal, of whatever hall.
SELECT * FROM block_appeals WHERE appeal_id = :appeal_id;

-- name: lock_appeal^
-- An appeal; nobody else decides it before this transaction ends.
SELECT * FROM block_appeals WHERE hall_id = :hall_id AND appeal_id = :appeal_id FOR UPDATE;

-- name: last_appeal_of^
-- The newest appeal of a person.
SELECT * FROM block_appeals WHERE hall_id = :hall_id AND person_hash = :person_hash
ORDER BY asked_at DESC LIMIT 1;

-- name: appeals_of
-- Appeals: those to be decided, oldest first, then the others, newest first.
SELECT * FROM block_appeals WHERE hall_id = :hall_id
ORDER BY decided_at IS NOT NULL, CASE WHEN decided_at IS NULL THEN asked_at END, asked_at DESC
LIMIT :count;

-- name: decide_appeal!
-- What was decided of an appeal.
UPDATE block_appeals SET is_lifted = :is_lifted, verdict = :verdict, decided_by = :decided_by,
    decided_at = :decided_at
WHERE hall_id = :hall_id AND appeal_id = :appeal_id;

-- name: excuse_missed!
-- The no-shows of a person so far count no more.
UPDATE bookings SET excused_at = :at
WHERE hall_id = :hall_id AND person_hash = :person_hash AND state = 'missed'
AND excused_at IS NULL;

-- name: usual_handling
-- The mean handling of each queue since a day, with the visits it rests on.
SELECT queue_id, avg(handling_ms)::float8 / 1000 AS mean_s, count(*) AS visits
FROM counted_visits
WHERE hall_id = :hall_id AND day >= :since AND is_done AND replaced_by IS NULL
GROUP BY queue_id;
