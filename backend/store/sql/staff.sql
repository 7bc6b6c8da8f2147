-- name: account^
-- An account that may sign in.
SELECT * FROM accounts WHERE username = :username AND is_active;

-- name: staff_of_hall
-- Whoever may sign in at a hall, those of every hall among them.
SELECT username, name_zh, name_en, counter_id, grants
FROM accounts
WHERE is_active AND EXISTS (
    SELECT FROM grants WHERE grants.username = accounts.username
    AND (grants.hall_id = :hall_id OR grants.hall_id IS NULL)
)
ORDER BY username;

-- name: put_staff_member!
-- Make an account; one made already is left alone.
INSERT INTO staff (username, hall_id, role, password_hash, name_zh, name_en, counter_id)
VALUES (:username, :hall_id, :role, :password_hash, :name_zh, :name_en, :counter_id)
ON CONFLICT (username) DO NOTHING;

-- name: drop_grants!
-- An account without any role.
DELETE FROM grants WHERE username = :username;

-- name: put_grants!
-- The roles of an account that has none, as a JSON array, the main one first.
INSERT INTO grants (username, place, role, hall_id, department_id, queue_id)
SELECT
    :username, place - 1,
    one ->> 'role', one ->> 'hall_id', one ->> 'department_id', one ->> 'queue_id'
FROM jsonb_array_elements((:grants)::jsonb) WITH ORDINALITY AS listed (one, place);
