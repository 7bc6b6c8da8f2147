-- name: lock_roster!
-- Let nobody else append to the hall's roster before this transaction ends.
SELECT pg_advisory_xact_lock(hashtextextended('roster/' || :hall_id, 0));

-- name: roster_commits
-- What was decided of a hall's roster after a seq, oldest first.
SELECT seq, body::text AS body FROM roster_commits
WHERE hall_id = :hall_id AND seq > :seq ORDER BY seq;

-- name: roster_commit_of^
-- What a command caused, whatever hall it was for.
SELECT seq, body::text AS body FROM roster_commits WHERE command_id = :command_id;

-- name: roster_commits_of
-- What these commands caused.
SELECT seq, body::text AS body FROM roster_commits WHERE command_id = ANY(:command_ids);

-- name: last_roster_commits
-- The newest decisions before one, made in a time; newest first.
SELECT seq, body::text AS body FROM roster_commits
WHERE hall_id = :hall_id
    AND seq < coalesce(:before, 2147483647)
    AND at >= coalesce(:begins, '-infinity'::timestamptz)
    AND at < coalesce(:ends, 'infinity'::timestamptz)
ORDER BY seq DESC LIMIT :count;

-- name: append_roster_commit!
-- Keep what one command caused.
INSERT INTO roster_commits (hall_id, seq, command_id, at, body)
VALUES (:hall_id, :seq, :command_id, :at, :body::jsonb);

-- name: clerk_days_of
-- The attendance of closed days, oldest first.
SELECT day, clerk_id, signed_on_at, signed_off_at, rostered_s, on_post_s, open_s, busy_s, paused_s,
    shifts, late, early, missing
FROM clerk_days
WHERE hall_id = :hall_id AND day BETWEEN :first AND :last
ORDER BY day, clerk_id LIMIT :count;

-- name: clerk_shifts_of
-- How the shifts of closed days were kept, oldest first.
SELECT day, clerk_id, counter_id, role, begins_at, ends_at, signed_on_at, signed_off_at, late_s,
    early_s, is_missing, stand_in_id
FROM clerk_shifts
WHERE hall_id = :hall_id AND day BETWEEN :first AND :last
ORDER BY day, begins_at, counter_id LIMIT :count;
