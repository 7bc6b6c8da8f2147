-- name: halls
-- Every hall, in the order of its id.
SELECT hall_id, name_zh, name_en FROM halls ORDER BY hall_id;

-- name: put_hall!
-- Make or rename a hall.
INSERT INTO halls (hall_id, name_zh, name_en) VALUES (:hall_id, :name_zh, :name_en)
ON CONFLICT (hall_id) DO UPDATE SET name_zh = excluded.name_zh, name_en = excluded.name_en;

-- name: plan_in_force$
-- The newest plan of a hall.
SELECT plan::text FROM plans WHERE hall_id = :hall_id ORDER BY version DESC LIMIT 1;

-- name: put_plan!
-- Keep a version of a plan; one kept already is left alone.
INSERT INTO plans (hall_id, version, plan, author, reason)
VALUES (:hall_id, :version, :plan::jsonb, :author, :reason) ON CONFLICT DO NOTHING;

-- name: devices
-- Every device's token hash.
SELECT token_hash, device_id, hall_id FROM devices ORDER BY device_id;

-- name: put_device!
-- Enrol a device.
INSERT INTO devices (token_hash, device_id, hall_id) VALUES (:token_hash, :device_id, :hall_id)
ON CONFLICT DO NOTHING;
