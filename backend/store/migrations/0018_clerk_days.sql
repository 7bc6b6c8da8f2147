-- The attendance of each clerk on each closed day, beside the day's other counted rows (SH3).
CREATE TABLE counted_clerk_days (
    hall_id text NOT NULL,
    day date NOT NULL,
    clerk_id text NOT NULL,
    revision integer NOT NULL,
    replaced_by integer,
    counter_id text,
    zone_id text,
    department_id text,
    rostered_ms bigint NOT NULL,
    on_post_ms bigint NOT NULL,
    is_signed_on boolean NOT NULL,
    late integer NOT NULL,
    early integer NOT NULL,
    missing integer NOT NULL,
    PRIMARY KEY (hall_id, day, clerk_id, revision)
);
