-- Places in slots of days to come (AP1): one row a place; who changes to another slot has a row in
-- each, `moved` in the first.  A hold takes a place until `held_until`, by time alone.
CREATE TABLE bookings (
    appointment_id text PRIMARY KEY,
    hall_id text NOT NULL REFERENCES halls,
    booking_id text NOT NULL,
    revision integer NOT NULL,
    queue_id text NOT NULL,
    service_id text NOT NULL,
    day date NOT NULL,
    slot_at timestamptz NOT NULL,
    state text NOT NULL,
    code text NOT NULL,
    token text NOT NULL,
    changed_at timestamptz NOT NULL,
    held_until timestamptz NOT NULL,
    person_hash text,
    origin text,
    excused_at timestamptz,
    is_told boolean NOT NULL,
    UNIQUE (booking_id, revision)
);

CREATE INDEX bookings_of_slot ON bookings (hall_id, day, queue_id, slot_at);
CREATE UNIQUE INDEX bookings_of_person ON bookings (hall_id, day, person_hash)
    WHERE state = 'booked';
CREATE UNIQUE INDEX bookings_by_token ON bookings (token) WHERE state <> 'moved';
CREATE UNIQUE INDEX bookings_by_code ON bookings (hall_id, code) WHERE state <> 'moved';
CREATE INDEX bookings_missed ON bookings (hall_id, person_hash, day) WHERE state = 'missed';
CREATE INDEX bookings_to_tell ON bookings (hall_id, day) WHERE NOT is_told;

-- Which command had which effect, so that a repeat has none (I7).
CREATE TABLE booking_commands (
    command_id text PRIMARY KEY,
    booking_id text NOT NULL,
    mark text NOT NULL,
    at timestamptz NOT NULL
);

-- Who is blocked for no-shows says why; decided once (AP3).
CREATE TABLE block_appeals (
    appeal_id text PRIMARY KEY,
    hall_id text NOT NULL REFERENCES halls,
    person_hash text NOT NULL,
    words text NOT NULL,
    asked_at timestamptz NOT NULL,
    again_on date NOT NULL,
    missed timestamptz[] NOT NULL,
    is_lifted boolean,
    verdict text NOT NULL,
    decided_by text,
    decided_at timestamptz
);

CREATE UNIQUE INDEX block_appeals_open ON block_appeals (hall_id, person_hash)
    WHERE decided_at IS NULL;
CREATE INDEX block_appeals_asked ON block_appeals (hall_id, asked_at);

DO $$
DECLARE
    told record;
BEGIN
    FOR told IN SELECT t.tab, c.col, t.level, t.why FROM (VALUES
        ('bookings', 1,
            'hall_id revision queue_id service_id day slot_at state changed_at held_until'
            || ' excused_at is_told',
            'the slot'),
        ('bookings', 3,
            'appointment_id booking_id person_hash origin',
            'who is expected when, by keyed hash'),
        ('bookings', 4,
            'code token',
            'the booking''s secrets'),
        ('booking_commands', 1,
            'command_id mark at',
            'the command'),
        ('booking_commands', 3,
            'booking_id',
            'which booking'),
        ('block_appeals', 1,
            'hall_id asked_at again_on is_lifted decided_at',
            'the appeal'),
        ('block_appeals', 2,
            'verdict decided_by',
            'who decided, and why'),
        ('block_appeals', 3,
            'appeal_id person_hash words missed',
            'who did not come when, by keyed hash, and why')
    ) AS t (tab, level, cols, why), regexp_split_to_table(t.cols, ' ') AS c (col)
    LOOP
        EXECUTE format('COMMENT ON COLUMN %I.%I IS %L',
            told.tab, told.col, format('personal:%s %s', told.level, told.why));
    END LOOP;
END $$;
