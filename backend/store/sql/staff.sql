-- name: staff_member^
-- An account that may sign in.
SELECT username, hall_id, role, password_hash, name_zh, name_en, counter_id
FROM staff WHERE username = :username AND is_active;

-- name: put_staff_member!
-- Make an account; one made already is left alone.
INSERT INTO staff (username, hall_id, role, password_hash, name_zh, name_en, counter_id)
VALUES (:username, :hall_id, :role, :password_hash, :name_zh, :name_en, :counter_id)
ON CONFLICT (username) DO NOTHING;
