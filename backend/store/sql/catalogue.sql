-- name: catalogue_mark^
-- Something that is another one after each change.
SELECT (SELECT count(*) FROM departments) AS departments,
    (SELECT count(*) FROM services) + (SELECT count(*) FROM called_off_versions) AS services,
    (SELECT count(*) FROM hall_questions) AS questions;

-- name: department_versions
-- Those in force at the end of a day or later, of all halls; oldest first, in their order.
SELECT hall_id, department_id AS id, valid_from, place, document::text AS document FROM departments d
WHERE valid_from >= coalesce((SELECT max(valid_from) FROM departments b
    WHERE b.hall_id = d.hall_id AND b.department_id = d.department_id AND b.valid_from <= :day),
    d.valid_from)
ORDER BY hall_id, valid_from, version;

-- name: service_versions
-- Those in force at the end of a day or later, of all halls; oldest first.
SELECT hall_id, service_id AS id, valid_from, place, document::text AS document
FROM counting_services s
WHERE valid_from >= coalesce((SELECT max(valid_from) FROM counting_services b
    WHERE b.hall_id = s.hall_id AND b.service_id = s.service_id AND b.valid_from <= :day),
    s.valid_from)
ORDER BY hall_id, valid_from, version;

-- name: hall_question_versions
-- Those in force at the end of a day or later, of all halls; oldest first.
SELECT hall_id, hall_id AS id, valid_from, 0 AS place, document::text AS document
FROM hall_questions q
WHERE valid_from >= coalesce((SELECT max(valid_from) FROM hall_questions b
    WHERE b.hall_id = q.hall_id AND b.valid_from <= :day), q.valid_from)
ORDER BY hall_id, valid_from, version;

-- name: put_hall_questions!
-- The next version of a hall's own questions.
INSERT INTO hall_questions (hall_id, version, valid_from, document, author)
SELECT :hall_id, coalesce(max(version), 0) + 1, :valid_from, :document::jsonb, :author
FROM hall_questions WHERE hall_id = :hall_id;

-- name: put_department!
-- The next version of a department.
INSERT INTO departments (hall_id, department_id, version, valid_from, place, document, author)
SELECT :hall_id, :id, coalesce(max(version), 0) + 1, :valid_from, :place, :document::jsonb, :author
FROM departments WHERE hall_id = :hall_id AND department_id = :id;

-- name: put_service$
-- The next version of a service; which it is.
INSERT INTO services (hall_id, service_id, version, valid_from, place, document, author)
SELECT :hall_id, :id, coalesce(max(version), 0) + 1, :valid_from, :place, :document::jsonb, :author
FROM services WHERE hall_id = :hall_id AND service_id = :id
RETURNING version;

-- name: material_names
-- What every material was called last, in whatever version of its service; newest version last.
SELECT hall_id, service_id, m ->> 'material_id' AS material_id, m #>> '{name,zh}' AS zh,
    m #>> '{name,en}' AS en
FROM services, jsonb_array_elements(document -> 'materials') m
ORDER BY hall_id, service_id, version;

-- name: service_names
-- What every service was called last, also one that is no longer offered.
SELECT DISTINCT ON (hall_id, service_id) hall_id, service_id, document #>> '{name,zh}' AS zh,
    document #>> '{name,en}' AS en
FROM services WHERE document IS NOT NULL ORDER BY hall_id, service_id, version DESC;

-- name: lock_service!
-- Let nobody else add a version of a service, or to its draft, before this transaction ends.
SELECT pg_advisory_xact_lock(hashtextextended('service/' || :hall_id || '/' || :id, 0));

-- name: newest_service^
-- The newest version of a service that counts or is to count.
SELECT version, valid_from, place, document::text AS document FROM counting_services
WHERE hall_id = :hall_id AND service_id = :id ORDER BY version DESC LIMIT 1;

-- name: most_asked
-- The services that most numbers were taken for since a day, the most first.
SELECT service_id, count(*) AS tickets FROM counted_tickets
WHERE hall_id = :hall_id AND day >= :since::date AND replaced_by IS NULL AND service_id IS NOT NULL
GROUP BY service_id ORDER BY tickets DESC, service_id LIMIT :count;
