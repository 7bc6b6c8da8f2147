-- name: devices
-- Every device that may speak for a hall.
SELECT token_hash, device_id, hall_id, scope FROM devices
WHERE revoked_at IS NULL ORDER BY device_id;

-- name: devices_of_hall
-- The hall's devices, by their names.
SELECT device_id, scope, enrolled_by, enrolled_at FROM devices
WHERE hall_id = :hall_id AND revoked_at IS NULL ORDER BY device_id;

-- name: is_known_key$
-- Whether a device with this key is or was let in.
SELECT EXISTS (SELECT FROM devices WHERE token_hash = :token_hash);

-- name: put_device!
-- Let a device in; a name in use is left alone.
INSERT INTO devices (token_hash, device_id, hall_id, scope, enrolled_by)
VALUES (:token_hash, :device_id, :hall_id, :scope, :enrolled_by)
ON CONFLICT DO NOTHING;

-- name: revoke_device!
-- Send a device away; its row stays, so that its key never counts again.
UPDATE devices SET revoked_at = now(), revoked_by = :revoked_by
WHERE hall_id = :hall_id AND device_id = :device_id AND revoked_at IS NULL;
