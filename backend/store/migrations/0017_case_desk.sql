-- What desks need of cases besides: who took one in, whom it is for, how it is followed.
ALTER TABLE cases ADD COLUMN opened_by text;
ALTER TABLE cases ADD COLUMN person_hash text;
ALTER TABLE cases ADD COLUMN asked text[] NOT NULL DEFAULT '{}'; -- offices that have not answered
CREATE INDEX cases_of_persons ON cases (hall_id, person_hash)
    WHERE person_hash IS NOT NULL AND state NOT IN ('closed', 'withdrawn');
CREATE INDEX cases_open ON cases (hall_id, department_id, opened_at)
    WHERE state NOT IN ('closed', 'withdrawn');

-- The secret by which a visitor follows a case; whoever has it sees how the case stands.
CREATE TABLE case_tokens (
    hall_id text NOT NULL,
    case_id text NOT NULL,
    token text NOT NULL UNIQUE,
    PRIMARY KEY (hall_id, case_id)
);

-- What each department was told of its cases on a working day; made once.
CREATE TABLE case_digests (
    hall_id text NOT NULL,
    day date NOT NULL,
    department_id text NOT NULL,
    body jsonb NOT NULL,
    made_at timestamptz NOT NULL,
    PRIMARY KEY (hall_id, day, department_id)
);
