-- name: hall_catalogue_mark$
-- Another one after each change of the hall's catalogue.
SELECT (SELECT count(*) FROM departments WHERE hall_id = :hall_id)
    + (SELECT count(*) FROM services WHERE hall_id = :hall_id)
    + (SELECT count(*) FROM called_off_versions WHERE hall_id = :hall_id)
    + (SELECT count(*) FROM hall_questions WHERE hall_id = :hall_id);

-- name: lock_catalogues!
-- Let nobody else put a version of anything, or call one off, before this transaction ends; reading
-- goes on.
LOCK TABLE departments, services, hall_questions, called_off_versions IN SHARE ROW EXCLUSIVE MODE;

-- name: catalogue_import^
-- What was brought in with an id.
SELECT sha256, done::text AS done FROM catalogue_imports
WHERE hall_id = :hall_id AND command_id = :command_id;

-- name: put_catalogue_import!
-- Note what was brought in.
INSERT INTO catalogue_imports (hall_id, command_id, sha256, author, done)
VALUES (:hall_id, :command_id, :sha256, :author, :done::jsonb);

-- name: put_departments!
-- The next version of each of these departments; one without a document ends.
INSERT INTO departments (hall_id, department_id, version, valid_from, place, document, author)
SELECT :hall_id, r.id, coalesce((SELECT max(d.version) FROM departments AS d
        WHERE d.hall_id = :hall_id AND d.department_id = r.id), 0) + 1,
    :valid_from, r.place, r.document, :author
FROM jsonb_to_recordset(:rows::jsonb) AS r (id text, place integer, document jsonb);

-- name: put_services!
-- The next version of each of these services; one without a document ends.
INSERT INTO services (hall_id, service_id, version, valid_from, place, document, author)
SELECT :hall_id, r.id, coalesce((SELECT max(s.version) FROM services AS s
        WHERE s.hall_id = :hall_id AND s.service_id = r.id), 0) + 1,
    :valid_from, r.place, r.document, :author
FROM jsonb_to_recordset(:rows::jsonb) AS r (id text, place integer, document jsonb);
