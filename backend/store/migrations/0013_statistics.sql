-- What days come to, ticket by ticket: counted from the archive, and counted again at any time.
--
-- A row is in force while nothing has replaced it.  The rows of revision 0 are what the day was
-- frozen with; what was found later are corrections, in revisions from 1 on.

CREATE TABLE counted_days (
    hall_id text NOT NULL,
    day date NOT NULL,
    revision integer NOT NULL,
    seq integer NOT NULL,
    head text NOT NULL,
    is_final boolean NOT NULL,
    rows integer NOT NULL,
    sha256 text NOT NULL,
    counted_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (hall_id, day, revision)
);

CREATE TABLE counted_tickets (
    hall_id text NOT NULL,
    day date NOT NULL,
    ticket_id text NOT NULL,
    revision integer NOT NULL,
    replaced_by integer,
    number text NOT NULL,
    queue_id text NOT NULL,
    zone_id text,
    service_id text,
    department_id text,
    channel text NOT NULL,
    ticket_class text NOT NULL,
    origin text NOT NULL,
    person_hash text,
    half_hour smallint NOT NULL,
    issued_at timestamptz NOT NULL,
    waits_from timestamptz NOT NULL,
    called_at timestamptz,
    wait_ms bigint,
    counter_id text,
    clerk_id text,
    served_counter_id text,
    recalls integer NOT NULL,
    passes integer NOT NULL,
    reprints integer NOT NULL,
    outcome text NOT NULL,
    PRIMARY KEY (hall_id, day, ticket_id, revision)
);

CREATE UNIQUE INDEX counted_tickets_in_force ON counted_tickets (hall_id, day, ticket_id)
    WHERE replaced_by IS NULL;

CREATE TABLE counted_visits (
    hall_id text NOT NULL,
    day date NOT NULL,
    ticket_id text NOT NULL,
    visit integer NOT NULL,
    revision integer NOT NULL,
    replaced_by integer,
    queue_id text NOT NULL,
    zone_id text,
    service_id text,
    department_id text,
    channel text NOT NULL,
    ticket_class text NOT NULL,
    origin text NOT NULL,
    person_hash text,
    half_hour smallint NOT NULL,
    counter_id text NOT NULL,
    clerk_id text,
    started_at timestamptz NOT NULL,
    ended_at timestamptz,
    handling_ms bigint NOT NULL,
    is_done boolean NOT NULL,
    level smallint,
    PRIMARY KEY (hall_id, day, ticket_id, visit, revision)
);

CREATE TABLE counted_spans (
    hall_id text NOT NULL,
    day date NOT NULL,
    counter_id text NOT NULL,
    from_at timestamptz NOT NULL,
    revision integer NOT NULL,
    replaced_by integer,
    clerk_id text,
    zone_id text,
    department_id text,
    half_hour smallint NOT NULL,
    state text NOT NULL,
    reason text,
    ticket_id text,
    to_at timestamptz NOT NULL,
    length_ms bigint NOT NULL,
    PRIMARY KEY (hall_id, day, counter_id, from_at, revision)
);

-- One row a case, as far as it has come: a case lives longer than a day, and is not frozen with one.
CREATE TABLE counted_cases (
    hall_id text NOT NULL,
    case_id text NOT NULL,
    seq integer NOT NULL,
    state text NOT NULL,
    kind text NOT NULL,
    service_id text NOT NULL,
    department_id text NOT NULL,
    person_hash text,
    ticket_day date,
    ticket_id text,
    visits integer NOT NULL,
    number text,
    accepted_on date,
    accepted_at timestamptz,
    half_hour smallint,
    clerk_id text,
    due_at timestamptz,
    decided_at timestamptz,
    outcome text,
    withdrawn_at timestamptz,
    PRIMARY KEY (hall_id, case_id)
);

CREATE INDEX counted_cases_accepted ON counted_cases (hall_id, accepted_on);
