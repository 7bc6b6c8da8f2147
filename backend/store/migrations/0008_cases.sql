-- Cases: what happened to each, in order, and one row a case for lists.
-- No foreign key to halls: nothing keeps an accepted case from being stored.
CREATE TABLE case_commits (
    hall_id text NOT NULL,
    case_id text NOT NULL,
    seq integer NOT NULL,
    command_id text NOT NULL UNIQUE,
    at timestamptz NOT NULL,
    body jsonb NOT NULL,
    PRIMARY KEY (hall_id, case_id, seq)
);

-- Derived from case_commits, in the same transaction; made anew from them by refolding.
CREATE TABLE cases (
    hall_id text NOT NULL,
    case_id text NOT NULL,
    seq integer NOT NULL,
    state text NOT NULL,
    service_id text NOT NULL,
    department_id text NOT NULL,
    staff_id text,
    ticket_day date,
    ticket_id text,
    number text,
    year integer,
    no integer,
    due_at timestamptz,
    due_day date,
    amber_from date,
    red_from date,
    is_provisional boolean,
    tell_by timestamptz,
    outcome text,
    visits integer NOT NULL,
    opened_at timestamptz NOT NULL,
    PRIMARY KEY (hall_id, case_id)
);

CREATE UNIQUE INDEX cases_numbers ON cases (hall_id, year, no);
CREATE UNIQUE INDEX cases_of_tickets ON cases (hall_id, ticket_day, ticket_id, service_id)
    WHERE state <> 'withdrawn';
CREATE INDEX cases_due ON cases (hall_id, department_id, due_at)
    WHERE state IN ('accepted', 'in_process', 'suspended');
CREATE INDEX cases_to_tell ON cases (hall_id, tell_by) WHERE state = 'form_check';

-- The last number given of a hall and a year; its row is the lock under which the next is given.
CREATE TABLE case_numbers (
    hall_id text NOT NULL,
    year integer NOT NULL,
    last_no integer NOT NULL,
    PRIMARY KEY (hall_id, year)
);
