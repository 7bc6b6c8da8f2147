-- name: account^
-- An account, active or not.
SELECT * FROM accounts WHERE username = :username;

-- name: accounts_of_hall
-- Every account with a grant that counts in a hall, those of every hall among them.
SELECT *
FROM accounts
WHERE EXISTS (
    SELECT FROM grants WHERE grants.username = accounts.username
    AND (grants.hall_id = :hall_id OR grants.hall_id IS NULL)
)
ORDER BY username;

-- name: put_staff_member!
-- Make an account; one made already is left alone.
INSERT INTO staff (
    username, hall_id, role, password_hash, name_zh, name_en, counter_id, must_change_password
)
VALUES (
    :username, :hall_id, :role, :password_hash, :name_zh, :name_en, :counter_id,
    :must_change_password
)
ON CONFLICT (username) DO NOTHING;

-- name: change_staff_member!
-- What an account is called and may do, and whether it may at all.
UPDATE staff SET
    hall_id = :hall_id, role = :role, name_zh = :name_zh, name_en = :name_en,
    counter_id = :counter_id, is_active = :is_active, version = version + 1
WHERE username = :username;

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

-- name: put_password!
-- Another password.
UPDATE staff SET
    password_hash = :password_hash, must_change_password = :must_change_password,
    version = version + 1
WHERE username = :username;

-- name: put_totp!
-- Another second factor; none for a salt of NULL.
UPDATE staff SET
    totp_salt = :salt, totp_step = :step, version = version + 1,
    totp_since = CASE WHEN (:salt)::bytea IS NULL THEN NULL ELSE now() END
WHERE username = :username;

-- name: use_totp!
-- The code of a step, once; of two at the same moment one.
UPDATE staff SET totp_step = :step WHERE username = :username AND totp_step < :step;

-- name: drop_recovery_codes!
-- An account without any.
DELETE FROM recovery_codes WHERE username = :username;

-- name: put_recovery_codes!
-- The digests of an account's recovery codes.
INSERT INTO recovery_codes (username, code_hash) SELECT :username, unnest((:codes)::bytea[]);

-- name: use_recovery_code!
-- One of them, once.
DELETE FROM recovery_codes WHERE username = :username AND code_hash = :digest;
