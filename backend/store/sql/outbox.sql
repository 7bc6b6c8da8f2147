-- name: put_message$
-- Keep a message; nothing when its key is there already.
INSERT INTO messages (hall_id, key, kind, owners, contact_id, body, put_at, due_at, expires_at)
VALUES (:hall_id, :key, :kind, :owners, :contact_id, :body::jsonb, :put_at, :due_at, :expires_at)
ON CONFLICT (hall_id, key) DO NOTHING
RETURNING message_id;

-- name: take_back_message!
-- Tell no more of a message; who was told stays told.
WITH gone AS (
    UPDATE messages SET expires_at = least(expires_at, :at), spread_at = coalesce(spread_at, :at)
    WHERE hall_id = :hall_id AND key = :key RETURNING message_id, due_at
)
UPDATE deliveries SET state = 'expired', due_at = :at
FROM gone WHERE deliveries.message_id = gone.message_id AND state = 'waiting' AND NOT is_out;

-- name: give_again!
-- Tell of a message after all that was taken back before its time.
UPDATE messages SET expires_at = :expires_at, spread_at = NULL
WHERE hall_id = :hall_id AND key = :key AND due_at > :at AND expires_at < due_at;

-- name: unspread_messages
-- Messages whose time has come, and that nobody is being sent yet.
SELECT message_id, owners, contact_id, expires_at FROM messages
WHERE spread_at IS NULL AND due_at <= :at
ORDER BY due_at LIMIT :count FOR UPDATE SKIP LOCKED;

-- name: spread_message!
-- Begin a delivery for each contact that is told: of the same place one only.
INSERT INTO deliveries (message_id, contact_id, due_at)
SELECT DISTINCT ON (kind, digest) :message_id::bigint, contact_id, :at::timestamptz FROM contacts
WHERE CASE WHEN :contact_id::text IS NULL
    THEN proven_at IS NOT NULL AND (owner = ANY (:owners) OR owner IN (
        SELECT visitor FROM visitor_things t WHERE t.owner = ANY (:owners)))
    ELSE contact_id = :contact_id END
ORDER BY kind, digest, contact_id
ON CONFLICT DO NOTHING;

-- name: mark_spread!
-- Nobody else is to be sent this message.
UPDATE messages SET spread_at = :at WHERE message_id = :message_id;

-- name: try_sending$
-- Whether this transaction, and nobody else now, says what is sent next.
SELECT pg_try_advisory_xact_lock(hashtextextended('sending', 0));

-- name: due_deliveries
-- What is to be sent: of each contact what has waited longest, and nothing while one is under way.
SELECT d.message_id, d.contact_id, d.attempts, d.unknown, d.is_out, c.kind AS contact_kind,
    c.language, c.sealed, c.digest, m.hall_id, m.kind, m.body::text AS body, m.put_at, m.expires_at
FROM deliveries d JOIN messages m USING (message_id) JOIN contacts c ON c.contact_id = d.contact_id
WHERE d.state = 'waiting' AND d.due_at <= :at AND NOT EXISTS (
    SELECT FROM deliveries o WHERE o.contact_id = d.contact_id AND o.state = 'waiting'
    AND CASE WHEN o.due_at > :at THEN o.is_out
        ELSE (o.due_at, o.message_id) < (d.due_at, d.message_id) END)
ORDER BY d.due_at, d.message_id LIMIT :count FOR UPDATE OF d SKIP LOCKED;

-- name: attempts_at
-- When attempts began at a target within the last minute, oldest first.
SELECT at FROM delivery_attempts WHERE target = :target AND step = 'begun' AND at > :since
ORDER BY at;

-- name: throttled_at$
-- When a target last said that it was too much.
SELECT max(at) FROM delivery_attempts WHERE target = :target AND step = 'throttled';

-- name: note_attempt!
-- What was done at a contact; written once.
INSERT INTO delivery_attempts (message_id, contact_id, no, step, target, detail, at)
VALUES (:message_id, :contact_id, :no, :step, :target, :detail, :at)
ON CONFLICT DO NOTHING;

-- name: begin_attempt!
-- An attempt is under way: nobody else makes one before the lease is over.
UPDATE deliveries SET attempts = attempts + 1, unknown = :unknown, is_out = true, due_at = :lease_ends_at
WHERE message_id = :message_id AND contact_id = :contact_id;

-- name: put_delivery!
-- What became of a delivery that is at this attempt.
UPDATE deliveries SET state = :state, due_at = :due_at, unknown = :unknown, is_out = false
WHERE message_id = :message_id AND contact_id = :contact_id AND attempts = :no;

-- name: contact_used!
-- Something was sent there.
UPDATE contacts SET used_at = :at WHERE contact_id = :contact_id;

-- name: messages_of
-- What these owners were told, newest first; no codes, and nothing that was taken back.
SELECT message_id, hall_id, kind, body::text AS body, due_at, read_at FROM messages
WHERE owners && :owners AND contact_id IS NULL AND due_at <= :at AND expires_at > due_at
ORDER BY due_at DESC, message_id DESC LIMIT :count;

-- name: mark_read!
-- These owners have seen what there was up to a message.
UPDATE messages SET read_at = :at
WHERE owners && :owners AND contact_id IS NULL AND read_at IS NULL AND message_id <= :last_id;

-- name: forget_messages!
-- Drop messages and contacts that are kept no longer (NO6).
WITH old AS (DELETE FROM messages WHERE put_at < :messages_before)
DELETE FROM contacts WHERE (proven_at IS NULL AND added_at < :unproven_before)
    OR used_at < :unused_before;

-- name: delivery_states
-- How many deliveries are in each state, by kind of contact.
SELECT c.kind, d.state, count(*) AS count FROM deliveries d JOIN contacts c USING (contact_id)
GROUP BY c.kind, d.state ORDER BY c.kind, d.state;
