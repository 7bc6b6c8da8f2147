-- Questions and chats of visitors: what happened to each, in order, and one row each for lists.
CREATE TABLE consultation_commits (
    hall_id text NOT NULL,
    consultation_id text NOT NULL,
    seq integer NOT NULL,
    command_id text NOT NULL,
    at timestamptz NOT NULL,
    body jsonb NOT NULL,
    PRIMARY KEY (hall_id, consultation_id, seq),
    UNIQUE (hall_id, command_id)
);

-- Derived from consultation_commits, in the same transaction.
CREATE TABLE consultations (
    hall_id text NOT NULL,
    consultation_id text NOT NULL,
    seq integer NOT NULL,
    kind text NOT NULL,
    state text NOT NULL,
    is_public boolean NOT NULL,
    is_held boolean NOT NULL,
    is_unread boolean NOT NULL,
    service_id text,
    department_id text,
    staff_id text,
    person_hash text,
    asked_at timestamptz NOT NULL,
    last_at timestamptz NOT NULL,
    due_at timestamptz,
    amber_from date,
    red_from date,
    words text NOT NULL,
    published_at timestamptz,
    published_asked text,
    published_answer text,
    is_helpful boolean,
    changed_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (hall_id, consultation_id)
);

CREATE INDEX consultations_open ON consultations (hall_id, asked_at) WHERE state <> 'closed';
CREATE INDEX consultations_published ON consultations (hall_id, published_at)
    WHERE published_at IS NOT NULL;
CREATE INDEX consultations_changed ON consultations (changed_at);

-- What a hall looks at first (TX4): every version of its list; the newest is in force.
CREATE TABLE sensitive_words (
    hall_id text NOT NULL,
    version integer NOT NULL,
    words text [] NOT NULL,
    author text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (hall_id, version)
);

DO $$
DECLARE
    told record;
BEGIN
    FOR told IN SELECT tab, level, col, why FROM (VALUES
        ('consultation_commits', 1, 'hall_id seq command_id at', 'the command'),
        ('consultation_commits', 3, 'consultation_id body', 'what a visitor asked and was told'),
        ('consultations', 1,
            'hall_id seq kind state is_public is_held is_unread service_id department_id asked_at'
            ' last_at due_at amber_from red_from published_at is_helpful changed_at',
            'how a question stands'),
        ('consultations', 1, 'published_asked published_answer', 'published, masked'),
        ('consultations', 2, 'staff_id', 'which account'),
        ('consultations', 3, 'consultation_id person_hash words', 'what a visitor asked'),
        ('sensitive_words', 1, 'hall_id version words created_at', 'of the hall, no person'),
        ('sensitive_words', 2, 'author', 'which account')
    ) AS t (tab, level, cols, why), unnest(string_to_array(t.cols, ' ')) AS c (col)
    LOOP
        EXECUTE format('COMMENT ON COLUMN %I.%I IS %L',
            told.tab, told.col, 'personal:' || told.level || ' ' || told.why);
    END LOOP;
END $$;
