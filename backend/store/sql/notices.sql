-- name: lock_notices!
-- Let nobody else change notices of the hall before this transaction ends.
SELECT pg_advisory_xact_lock(hashtextextended('notices/' || :hall_id, 0));

-- name: notice_of_command^
-- What a command made, whatever notice of the hall it was for.
SELECT mark, body::text AS body FROM notice_revisions
WHERE hall_id = :hall_id AND command_id = :command_id;

-- name: notice^
-- A notice as it stands.
SELECT body::text AS body FROM notices WHERE hall_id = :hall_id AND notice_id = :notice_id;

-- name: append_notice_revision!
-- Keep what a command made.
INSERT INTO notice_revisions (hall_id, notice_id, revision, command_id, mark, at, author, body)
VALUES (:hall_id, :notice_id, :revision, :command_id, :mark, :at, :author, :body::jsonb);

-- name: put_notice!
-- The notice as it stands.
INSERT INTO notices (hall_id, notice_id, is_published, is_on_website, is_taken_down,
    begins_at, until, changed_at, body)
VALUES (:hall_id, :notice_id, :is_published, :is_on_website, :is_taken_down,
    :begins_at, :until, :changed_at, :body::jsonb)
ON CONFLICT (hall_id, notice_id) DO UPDATE SET is_published = excluded.is_published,
    is_on_website = excluded.is_on_website, is_taken_down = excluded.is_taken_down,
    begins_at = excluded.begins_at, until = excluded.until,
    changed_at = excluded.changed_at, body = excluded.body;

-- name: count_running_notices$
-- How many of the hall's are published and not over, one left out.
SELECT count(*) FROM notices WHERE hall_id = :hall_id AND notice_id <> :notice_id
AND is_published AND NOT is_taken_down AND (until IS NULL OR until > :at);

-- name: running_notices
-- Of all halls: what is published and not over.
SELECT hall_id, body::text AS body FROM notices
WHERE is_published AND NOT is_taken_down AND (until IS NULL OR until > :at);

-- name: notices_of_kind
-- Those of one list: what shows and what comes by its time, drafts and past ones newest first.
SELECT body::text AS body FROM notices WHERE hall_id = :hall_id
AND CASE :kind::text
    WHEN 'draft' THEN NOT is_published AND NOT is_taken_down
    WHEN 'scheduled' THEN is_published AND NOT is_taken_down AND begins_at > :at
        AND (until IS NULL OR until > :at)
    WHEN 'showing' THEN is_published AND NOT is_taken_down AND begins_at <= :at
        AND (until IS NULL OR until > :at)
    ELSE is_published AND (is_taken_down OR until <= :at)
END
ORDER BY CASE WHEN :kind::text = 'scheduled' THEN begins_at END,
    CASE WHEN :kind::text = 'past' AND NOT is_taken_down THEN until ELSE changed_at END DESC, notice_id
LIMIT :count OFFSET :skip;

-- name: counted_notices^
-- How many are on each list.
SELECT count(*) FILTER (WHERE NOT is_published AND NOT is_taken_down) AS draft,
    count(*) FILTER (WHERE is_published AND NOT is_taken_down AND begins_at > :at
        AND (until IS NULL OR until > :at)) AS scheduled,
    count(*) FILTER (WHERE is_published AND NOT is_taken_down AND begins_at <= :at
        AND (until IS NULL OR until > :at)) AS showing,
    count(*) FILTER (WHERE is_published AND (is_taken_down OR until <= :at)) AS past
FROM notices WHERE hall_id = :hall_id;

-- name: past_notices
-- What the website showed and shows no more, the newest first.
SELECT body::text AS body FROM notices
WHERE hall_id = :hall_id AND is_published AND NOT is_taken_down AND is_on_website AND until <= :at
ORDER BY begins_at DESC, notice_id LIMIT :count OFFSET :skip;

-- name: notice_revisions_of
-- Every revision of a notice, newest first.
SELECT body::text AS body FROM notice_revisions
WHERE hall_id = :hall_id AND notice_id = :notice_id ORDER BY revision DESC LIMIT :count;
