-- name: lock_consultation!
-- Let nobody else append to the consultation before this transaction ends.
SELECT pg_advisory_xact_lock(hashtextextended('consultation/' || :hall_id || '/' || :consultation_id, 0));

-- name: consultation_commits
-- Everything that happened to a consultation, oldest first.
SELECT seq, body::text AS body FROM consultation_commits
WHERE hall_id = :hall_id AND consultation_id = :consultation_id ORDER BY seq;

-- name: consultation_commit_of^
-- What a command caused, whatever consultation of the hall it was for.
SELECT consultation_id, seq, body::text AS body FROM consultation_commits
WHERE hall_id = :hall_id AND command_id = :command_id;

-- name: append_consultation_commit!
-- Keep what a command caused, right after the commit before it.
INSERT INTO consultation_commits (hall_id, consultation_id, seq, command_id, at, body)
VALUES (:hall_id, :consultation_id, :seq, :command_id, :at, :body::jsonb);

-- name: put_consultation!
-- The consultation as it stands.
INSERT INTO consultations (hall_id, consultation_id, seq, kind, state, is_public, is_held,
    is_unread, service_id, department_id, staff_id, person_hash, asked_at, last_at, due_at,
    amber_from, red_from, words, published_at, published_asked, published_answer, is_helpful,
    proposed_at)
VALUES (:hall_id, :consultation_id, :seq, :kind, :state, :is_public, :is_held,
    :is_unread, :service_id, :department_id, :staff_id, :person_hash, :asked_at, :last_at, :due_at,
    :amber_from, :red_from, :words, :published_at, :published_asked, :published_answer, :is_helpful,
    :proposed_at)
ON CONFLICT (hall_id, consultation_id) DO UPDATE SET seq = excluded.seq, kind = excluded.kind,
    state = excluded.state, is_held = excluded.is_held, is_unread = excluded.is_unread,
    department_id = excluded.department_id, staff_id = excluded.staff_id,
    last_at = excluded.last_at, due_at = excluded.due_at, amber_from = excluded.amber_from,
    red_from = excluded.red_from, published_at = excluded.published_at,
    published_asked = excluded.published_asked, published_answer = excluded.published_answer,
    is_helpful = excluded.is_helpful, proposed_at = excluded.proposed_at, changed_at = now();

-- name: listed_consultations
-- Consultations of one kind: chats first, then what is due first; of those that are over, the newest.
SELECT * FROM consultations
WHERE hall_id = :hall_id
AND (cast(:departments AS text[]) IS NULL OR department_id IS NULL
    OR department_id = ANY (:departments) OR staff_id = :staff_id)
AND CASE cast(:kind AS text)
    WHEN 'open' THEN state IN ('asked', 'taken')
    WHEN 'chats' THEN state IN ('asked', 'taken') AND kind = 'chat'
    WHEN 'mine' THEN state IN ('asked', 'taken') AND staff_id = :staff_id
    WHEN 'overdue' THEN state IN ('asked', 'taken') AND due_at < :at
    WHEN 'held' THEN is_held AND state <> 'closed'
    WHEN 'to_publish' THEN is_public AND published_at IS NULL AND state = 'answered'
    WHEN 'to_review' THEN proposed_at IS NOT NULL
    ELSE state IN ('answered', 'closed') END
ORDER BY state IN ('answered', 'closed'), kind <> 'chat',
    CASE WHEN state IN ('asked', 'taken') THEN coalesce(due_at, asked_at) END,
    last_at DESC, consultation_id
LIMIT :count OFFSET :skip;

-- name: counted_consultations^
-- How many are on each list.
SELECT
    count(*) FILTER (WHERE is_open) AS open,
    count(*) FILTER (WHERE is_open AND kind = 'chat') AS chats,
    count(*) FILTER (WHERE is_open AND kind = 'chat' AND state = 'asked') AS waiting,
    count(*) FILTER (WHERE is_open AND staff_id = :staff_id) AS mine,
    count(*) FILTER (WHERE is_open AND due_at < :at) AS overdue,
    count(*) FILTER (WHERE is_held AND state <> 'closed') AS held,
    count(*) FILTER (WHERE is_public AND published_at IS NULL AND state = 'answered') AS to_publish,
    count(*) FILTER (WHERE proposed_at IS NOT NULL) AS to_review
FROM (SELECT *, state IN ('asked', 'taken') AS is_open FROM consultations
    WHERE hall_id = :hall_id AND (state <> 'closed' OR proposed_at IS NOT NULL)
    AND (cast(:departments AS text[]) IS NULL OR department_id IS NULL
        OR department_id = ANY (:departments) OR staff_id = :staff_id)) c;

-- name: overdue_consultations
-- How many questions each department has not answered in time; the hall's desk is none of them.
SELECT department_id, count(*) AS overdue FROM consultations
WHERE hall_id = :hall_id AND state IN ('asked', 'taken') AND due_at < :at
    AND department_id IS NOT NULL
GROUP BY department_id;

-- name: published_questions
-- What everybody may read, newest first; with words, those that have all of them.
SELECT consultation_id, service_id, department_id, published_at, published_asked, published_answer
FROM consultations
WHERE hall_id = :hall_id AND published_at IS NOT NULL
AND (cast(:service_id AS text) IS NULL OR service_id = :service_id)
AND (SELECT coalesce(bool_and(position(w IN lower(published_asked || ' ' || published_answer)) > 0),
    true) FROM unnest(cast(:words AS text[])) w)
ORDER BY published_at DESC, consultation_id LIMIT :count OFFSET :skip;

-- name: published_question^
-- One that everybody may read.
SELECT consultation_id, service_id, department_id, published_at, published_asked, published_answer
FROM consultations
WHERE hall_id = :hall_id AND consultation_id = :consultation_id AND published_at IS NOT NULL;

-- name: consultations_to_keep
-- What the clock may change: chats that are open, questions answered long ago.
SELECT hall_id, consultation_id FROM consultations
WHERE (kind = 'chat' AND state IN ('asked', 'taken') AND last_at < :chats_before)
OR (state = 'answered' AND last_at < :answered_before)
ORDER BY last_at LIMIT :count;

-- name: changed_consultations
-- What changed in the last so many seconds.
SELECT hall_id, consultation_id, seq FROM consultations
WHERE changed_at > now() - make_interval(secs => :seconds) ORDER BY changed_at;

-- name: hall_of_consultation$
-- Whose it is.
SELECT hall_id FROM consultations WHERE consultation_id = :consultation_id;

-- name: put_sensitive_words!
-- The next version of a hall's list.
INSERT INTO sensitive_words (hall_id, version, words, author)
SELECT :hall_id, coalesce(max(version), 0) + 1, :words, :author
FROM sensitive_words WHERE hall_id = :hall_id;

-- name: newest_sensitive_words^
-- The list in force.
SELECT version, words FROM sensitive_words WHERE hall_id = :hall_id
ORDER BY version DESC LIMIT 1;
