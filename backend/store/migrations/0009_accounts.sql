-- What an account may be, and where (I18); what proves that it is its owner who signs in.
-- `role` and `hall_id` of staff stay: those of the first grant.
ALTER TABLE staff DROP CONSTRAINT staff_role_check;
ALTER TABLE staff ADD CONSTRAINT staff_role_check CHECK (role IN (
    'clerk', 'greeter', 'supervisor', 'administrator', 'department_manager', 'statistics_viewer',
    'content_editor', 'auditor'
));

CREATE TABLE grants (
    username text NOT NULL REFERENCES staff ON DELETE CASCADE,
    place smallint NOT NULL,  -- the first, 0, is the main one
    role text NOT NULL CHECK (role IN (
        'clerk', 'greeter', 'supervisor', 'administrator', 'department_manager',
        'statistics_viewer', 'content_editor', 'auditor'
    )),
    hall_id text REFERENCES halls,  -- NULL, as for the two below: all there are
    department_id text,
    queue_id text,
    PRIMARY KEY (username, place)
);
INSERT INTO grants (username, place, role, hall_id) SELECT username, 0, role, hall_id FROM staff;

-- A session that began under another version of its account counts no more.
ALTER TABLE staff ADD COLUMN version integer NOT NULL DEFAULT 1;
-- Somebody else knows the password: it is good for choosing another.
ALTER TABLE staff ADD COLUMN must_change_password boolean NOT NULL DEFAULT false;

-- The second factor (RFC 6238).  Its secret is made of the salt and a key that is not in here.
ALTER TABLE staff ADD COLUMN totp_salt bytea;
ALTER TABLE staff ADD COLUMN totp_since timestamptz;  -- NULL: no code of it was ever shown
ALTER TABLE staff ADD COLUMN totp_step bigint NOT NULL DEFAULT 0;  -- of the last code that was used

CREATE TABLE recovery_codes (
    username text NOT NULL REFERENCES staff ON DELETE CASCADE,
    code_hash bytea NOT NULL CHECK (length(code_hash) = 32),
    PRIMARY KEY (username, code_hash)
);

CREATE VIEW accounts AS
SELECT
    username, name_zh, name_en, counter_id, is_active, password_hash, version,
    must_change_password, totp_salt, totp_since, totp_step,
    (
        SELECT json_agg(json_build_object(
            'role', role, 'hall_id', hall_id, 'department_id', department_id, 'queue_id', queue_id
        ) ORDER BY place)
        FROM grants WHERE grants.username = staff.username
    ) AS grants
FROM staff;
