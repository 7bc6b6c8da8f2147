-- What is proposed as a frequent question waits for a second person (CN7).
ALTER TABLE consultations ADD COLUMN proposed_at timestamptz;

COMMENT ON COLUMN consultations.proposed_at IS 'personal:1 how a question stands';

-- The frequent questions about the hall itself: every version, and from which day it counts.
CREATE TABLE hall_questions (
    hall_id text NOT NULL,
    version integer NOT NULL,
    valid_from date NOT NULL,
    document jsonb NOT NULL,
    author text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (hall_id, version)
);

COMMENT ON COLUMN hall_questions.hall_id IS 'personal:1 of the hall, no person';
COMMENT ON COLUMN hall_questions.version IS 'personal:1 of the hall, no person';
COMMENT ON COLUMN hall_questions.valid_from IS 'personal:1 of the hall, no person';
COMMENT ON COLUMN hall_questions.document IS 'personal:1 of the hall, no person';
COMMENT ON COLUMN hall_questions.author IS 'personal:2 which account';
COMMENT ON COLUMN hall_questions.created_at IS 'personal:1 of the hall, no person';
