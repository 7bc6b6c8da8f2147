-- name: staff_member^
-- An account that may sign in.
SELECT username, hall_id, role, password_hash, name_zh, name_en, counter_id
FROM staff WHERE username = :username AND is_active;

-- name: staff_of_hall
-- Whoever may sign in at a hall, those of every hall among them.
SELECT username, hall_id, role, name_zh, name_en, counter_id
FROM staff WHERE is_active AND (hall_id = :hall_id OR hall_id IS NULL) ORDER BY username;

-- name: put_staff_member!
-- Make an account; one made already is left alone.
INSERT INTO staff (username, hall_id, role, password_hash, name_zh, name_en, counter_id)
VALUES (:username, :hall_id, :role, :password_hash, :name_zh, :name_en, :counter_id)
ON CONFLICT (username) DO NOTHING;
