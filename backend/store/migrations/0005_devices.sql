-- Which place of the hall a device speaks for, who let it in, and when it was sent away (EN1, EN2).
-- scope NULL: for the whole hall.
ALTER TABLE devices ADD COLUMN scope text[];
ALTER TABLE devices ADD COLUMN enrolled_by text NOT NULL DEFAULT 'system';
ALTER TABLE devices ADD COLUMN enrolled_at timestamptz NOT NULL DEFAULT now();
ALTER TABLE devices ADD COLUMN revoked_by text;
ALTER TABLE devices ADD COLUMN revoked_at timestamptz;

CREATE UNIQUE INDEX devices_in_use ON devices (hall_id, device_id) WHERE revoked_at IS NULL;
