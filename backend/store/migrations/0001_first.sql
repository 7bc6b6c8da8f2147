-- Halls, their plans, who may sign in, and the archive of everything that happened.

CREATE TABLE halls (
    hall_id text PRIMARY KEY,
    name_zh text NOT NULL,
    name_en text NOT NULL
);

CREATE TABLE plans (
    hall_id text NOT NULL REFERENCES halls,
    version integer NOT NULL,
    plan jsonb NOT NULL,
    author text NOT NULL,
    reason text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (hall_id, version)
);

CREATE TABLE staff (
    username text PRIMARY KEY,
    hall_id text REFERENCES halls,
    role text NOT NULL CHECK (role IN ('clerk', 'supervisor', 'administrator')),
    password_hash text NOT NULL,
    name_zh text NOT NULL,
    name_en text NOT NULL,
    counter_id text,
    is_active boolean NOT NULL DEFAULT true
);

CREATE TABLE devices (
    token_hash text PRIMARY KEY,
    device_id text NOT NULL,
    hall_id text NOT NULL REFERENCES halls
);

-- One row for each stream entry.  No foreign key to halls: recording never waits for anything.
CREATE TABLE commits (
    hall_id text NOT NULL,
    day date NOT NULL,
    seq integer NOT NULL,
    commit_id text NOT NULL,
    at timestamptz NOT NULL,
    body jsonb NOT NULL,
    PRIMARY KEY (hall_id, day, seq)
);

-- Commits that a rebuilt stream does not contain any more: kept, never counted.
CREATE TABLE lost_commits (
    hall_id text NOT NULL,
    day date NOT NULL,
    seq integer NOT NULL,
    commit_id text NOT NULL,
    body jsonb NOT NULL,
    found_at timestamptz NOT NULL DEFAULT now()
);
