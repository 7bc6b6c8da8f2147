-- name: guide_list
-- The newest version of every guide of a hall, with the draft on it; drafts of new ones, too.
SELECT coalesce(s.service_id, d.service_id) AS service_id, coalesce(s.version, 0) AS version,
    s.valid_from, s.document IS NOT NULL AS is_offered,
    coalesce(s.document, d.document, last.document) #>> '{name,zh}' AS zh,
    coalesce(s.document, d.document, last.document) #>> '{name,en}' AS en,
    coalesce(s.document, last.document, d.document) ->> 'department_id' AS department_id,
    now.document ->> 'department_id' AS department_now,
    d.document ->> 'department_id' AS draft_department_id,
    d.draft_id, d.state, d.writers, d.changed_at
FROM (SELECT DISTINCT ON (service_id) * FROM counting_services WHERE hall_id = :hall_id
    ORDER BY service_id, version DESC) AS s
FULL JOIN (SELECT * FROM guide_drafts
    WHERE hall_id = :hall_id AND state IN ('draft', 'in_review', 'sent_back')) AS d
    ON d.service_id = s.service_id
LEFT JOIN LATERAL (SELECT document FROM counting_services AS o
    WHERE s.document IS NULL AND o.hall_id = :hall_id AND o.service_id = s.service_id
        AND o.document IS NOT NULL
    ORDER BY version DESC LIMIT 1) AS last ON true
LEFT JOIN LATERAL (SELECT document FROM counting_services AS o
    WHERE s.valid_from > :today AND o.hall_id = :hall_id AND o.service_id = s.service_id
        AND o.document IS NOT NULL AND o.valid_from <= :today
    ORDER BY version DESC LIMIT 1) AS now ON true
ORDER BY coalesce(s.place, 2147483647), service_id;

-- name: departments_of_guide
-- Whose a service is on a day, or was last, then whose it is to be; what was called off is nobody's.
SELECT document ->> 'department_id' AS department_id FROM (
    (SELECT 1 AS n, document FROM counting_services
    WHERE hall_id = :hall_id AND service_id = :service_id AND document IS NOT NULL
        AND valid_from <= :today
    ORDER BY version DESC LIMIT 1)
    UNION ALL
    (SELECT 2 AS n, document FROM counting_services
    WHERE hall_id = :hall_id AND service_id = :service_id AND document IS NOT NULL
    ORDER BY version DESC LIMIT 1)) AS found
ORDER BY n;

-- name: draft_of^
-- A draft.
SELECT draft_id, service_id, base_version, state, revision, writers, document::text AS document,
    changed_at
FROM guide_drafts WHERE hall_id = :hall_id AND draft_id = :draft_id;

-- name: open_draft_of$
-- The draft that somebody is at work on.
SELECT draft_id FROM guide_drafts
WHERE hall_id = :hall_id AND service_id = :service_id
    AND state IN ('draft', 'in_review', 'sent_back');

-- name: put_draft!
-- Keep a draft as it is now.
INSERT INTO guide_drafts (draft_id, hall_id, service_id, base_version, state, revision, writers,
    document, changed_at)
VALUES (:draft_id, :hall_id, :service_id, :base_version, :state, :revision, :writers,
    :document::jsonb, :changed_at)
ON CONFLICT (draft_id) DO UPDATE SET base_version = excluded.base_version, state = excluded.state,
    revision = excluded.revision, writers = excluded.writers, document = excluded.document,
    changed_at = excluded.changed_at;

-- name: guide_deed^
-- What a command did.
SELECT mark, service_id, draft_id FROM guide_deeds
WHERE hall_id = :hall_id AND command_id = :command_id;

-- name: note_guide_deed!
-- Keep what was done.
INSERT INTO guide_deeds (hall_id, command_id, mark, service_id, draft_id, deed, author, at, words,
    version)
VALUES (:hall_id, :command_id, :mark, :service_id, :draft_id, :deed, :author, :at, :words,
    :version);

-- name: guide_deeds_of
-- What was done with a guide, newest first; of one draft, or of all.
SELECT draft_id, deed, author, at, words, version FROM guide_deeds
WHERE hall_id = :hall_id AND service_id = :service_id
    AND (:draft_id::text IS NULL OR draft_id = :draft_id)
ORDER BY at DESC, command_id LIMIT :count;

-- name: guide_versions
-- Every version of a guide, newest first.
SELECT s.version, s.valid_from, s.author, s.created_at, s.document IS NOT NULL AS is_offered,
    EXISTS (SELECT FROM called_off_versions c WHERE c.hall_id = s.hall_id
        AND c.service_id = s.service_id AND c.version = s.version) AS is_called_off
FROM services s WHERE hall_id = :hall_id AND service_id = :service_id
ORDER BY version DESC LIMIT :count;

-- name: guide_of_version^
-- One version of a guide, whether it counts or not.
SELECT version, valid_from, place, document::text AS document, document IS NULL AS is_withdrawn
FROM services WHERE hall_id = :hall_id AND service_id = :service_id AND version = :version;

-- name: counting_version^
-- One version of a guide that was not called off.
SELECT version, valid_from, place, document::text AS document FROM counting_services
WHERE hall_id = :hall_id AND service_id = :service_id AND version = :version;

-- name: call_off_version!
-- Have a version never count.
INSERT INTO called_off_versions (hall_id, service_id, version)
VALUES (:hall_id, :service_id, :version);

-- name: next_place$
-- Where a new service stands: after all others.
SELECT coalesce(max(place), 0) + 1 FROM services WHERE hall_id = :hall_id;
