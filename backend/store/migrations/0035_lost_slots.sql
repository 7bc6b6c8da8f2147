-- Bookings whose half hour the hall no longer keeps (AP4): since when.
ALTER TABLE bookings ADD COLUMN lost_at timestamptz;

COMMENT ON COLUMN bookings.lost_at IS 'personal:1 the slot';
