-- name: note_acts!
-- Keep acts in their order; seq, time, previous and hash are made by the table's trigger.
INSERT INTO audit (
    who, role, device, verb, kind, id, hall_id, department_id, before, after, request_id, result
)
SELECT who, role, device, verb, kind, id, hall_id, department_id, before, after, request_id, result
FROM jsonb_to_recordset(:acts::jsonb) AS a (
    who text, role text, device text, verb text, kind text, id text, hall_id text,
    department_id text, before text, after text, request_id text, result text
);

-- name: audit_records
-- Records after a seq, oldest first.
SELECT * FROM audit WHERE seq > :seq ORDER BY seq LIMIT :count;

-- name: audit_found
-- The newest records before a seq that are meant, newest first; NULL: whichever.
SELECT * FROM audit
WHERE seq < :before_seq
    AND (:hall_id::text IS NULL OR hall_id = :hall_id)
    AND (:who::text IS NULL OR who = :who)
    AND (:verb::text IS NULL OR verb = :verb)
    AND (:kind::text IS NULL OR kind = :kind)
    AND (:result::text IS NULL OR result = :result)
    AND (:since::timestamptz IS NULL OR at >= :since)
    AND (:until::timestamptz IS NULL OR at < :until)
ORDER BY seq DESC LIMIT :count;

-- name: audit_between
-- Records of a time, after a seq, oldest first; NULL: of every hall.
SELECT * FROM audit
WHERE seq > :seq AND at >= :since AND at < :until
    AND (:hall_id::text IS NULL OR hall_id = :hall_id)
ORDER BY seq LIMIT :count;

-- name: audit_cut_of^
-- The record that says that everything up to a seq was cut.
SELECT * FROM audit WHERE verb = 'audit.cut' AND id = :id;

-- name: audit_last_before^
-- The last record that is older than a time.
SELECT seq, hash FROM audit WHERE at < :until ORDER BY seq DESC LIMIT 1;

-- name: cut_audit!
-- Remove what a record says was cut.
DELETE FROM audit WHERE seq <= :seq;

-- name: last_seal$
-- What of a day was sealed or set aside last.
SELECT verb || ' ' || id FROM audit
WHERE kind = 'commits' AND hall_id = :hall_id AND starts_with(id, :day::date || '/')
ORDER BY seq DESC LIMIT 1;

-- name: commits_digest^
-- A digest of the archived commits of a day from one seq to another, and how many there are.
SELECT count(*) AS commits, encode(sha256(convert_to(coalesce(string_agg(
    seq || ' ' || commit_id || ' ' || body, E'\n' ORDER BY seq
), ''), 'UTF8')), 'hex') AS digest
FROM commits WHERE hall_id = :hall_id AND day = :day AND seq BETWEEN :first AND :last;

-- name: lost_commits_digest^
-- The same, of a stretch of which something was set aside later: as it was before.
SELECT count(*) AS commits, encode(sha256(convert_to(coalesce(string_agg(
    seq || ' ' || commit_id || ' ' || body, E'\n' ORDER BY seq
), ''), 'UTF8')), 'hex') AS digest
FROM (
    SELECT DISTINCT ON (seq) seq, commit_id, body
    FROM (
        SELECT seq, commit_id, body, found_at FROM lost_commits
        WHERE hall_id = :hall_id AND day = :day AND seq BETWEEN :first AND :last
            AND found_at >= :sealed_at
        UNION ALL
        SELECT seq, commit_id, body, 'infinity' FROM commits
        WHERE hall_id = :hall_id AND day = :day AND seq BETWEEN :first AND :last
    ) AS known
    ORDER BY seq, found_at
) AS then_known;
