-- Why the hall called a booking off, in words for its visitor (AP4).
ALTER TABLE bookings ADD COLUMN reason text NOT NULL DEFAULT '';

COMMENT ON COLUMN bookings.reason IS 'personal:3 why somebody is not expected any more';
