-- name: lock_file!
-- Let nobody else write or remove these bytes before this transaction ends.
SELECT pg_advisory_xact_lock(hashtextextended('file/' || :digest, 0));

-- name: case_files
-- The files of a case that are there, oldest first.
SELECT file_id, material_id, name, media_type, size, digest, reference, added_by, added_at
FROM case_files WHERE hall_id = :hall_id AND case_id = :case_id AND removed_at IS NULL
ORDER BY added_at, file_id;

-- name: file_room^
-- How much there is of a case, and what came to its hall since.
SELECT count(*) FILTER (WHERE case_id = :case_id AND removed_at IS NULL) AS files,
    coalesce(sum(size) FILTER (WHERE added_at > :since), 0)::bigint AS bytes
FROM case_files WHERE hall_id = :hall_id AND (case_id = :case_id OR added_at > :since);

-- name: put_case_file!
-- A file of a case; the same again is no other, and one that was removed is there again.
INSERT INTO case_files (hall_id, case_id, file_id, material_id, name, media_type, size, digest,
    reference, added_by, added_at)
VALUES (:hall_id, :case_id, :file_id, :material_id, :name, :media_type, :size, :digest,
    :reference, :added_by, :added_at)
ON CONFLICT (hall_id, case_id, file_id) DO UPDATE SET removed_by = NULL, removed_at = NULL;

-- name: remove_case_file$
-- Take a file away from a case; its digest.
UPDATE case_files SET removed_by = :by, removed_at = :at
WHERE hall_id = :hall_id AND case_id = :case_id AND file_id = :file_id AND removed_at IS NULL
RETURNING coalesce(digest, '');

-- name: is_file_used$
-- Whether any case has these bytes, or any version or draft of a guide as a form.
SELECT EXISTS (SELECT FROM case_files WHERE digest = :digest AND removed_at IS NULL)
    OR EXISTS (SELECT FROM services
        WHERE document -> 'forms' @> jsonb_build_array(jsonb_build_object('digest', :digest::text)))
    OR EXISTS (SELECT FROM guide_drafts
        WHERE document -> 'forms' @> jsonb_build_array(jsonb_build_object('digest', :digest::text)));
