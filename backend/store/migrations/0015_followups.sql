-- Bad ratings and what came of each (EV3): parts are added to a body, none is changed.
-- The columns beside it are derived from it, for lists and statistics.
CREATE TABLE followups (
    hall_id text NOT NULL,
    day date NOT NULL,
    ticket_id text NOT NULL,
    seq integer NOT NULL,
    queue_id text NOT NULL,
    service_id text,
    counter_id text,
    level integer NOT NULL,
    evaluated_at timestamptz NOT NULL,
    call_back_by timestamptz NOT NULL,
    answer_by timestamptz NOT NULL,
    called_back_in_time boolean,
    answered_in_time boolean,
    level_again integer,
    is_excluded boolean NOT NULL,
    is_settled boolean NOT NULL,
    body jsonb NOT NULL,
    PRIMARY KEY (hall_id, day, ticket_id)
);

CREATE INDEX followups_open ON followups (hall_id, call_back_by) WHERE NOT is_settled;
