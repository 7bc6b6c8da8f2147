-- What is told outside the page, whom it reaches, and every attempt (NO1-NO6).

CREATE TABLE contacts (
    contact_id text PRIMARY KEY,
    owner text NOT NULL,
    kind text NOT NULL,
    language text NOT NULL,
    sealed bytea NOT NULL,
    digest text NOT NULL,
    code_hash text,
    code_ends_at timestamptz,
    code_tries integer NOT NULL DEFAULT 0,
    proven_at timestamptz,
    added_at timestamptz NOT NULL,
    used_at timestamptz NOT NULL,
    UNIQUE (owner, kind, digest)
);

CREATE TABLE messages (
    message_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    hall_id text NOT NULL,
    key text NOT NULL,
    kind text NOT NULL,
    owners text[] NOT NULL,
    contact_id text,
    body jsonb NOT NULL,
    put_at timestamptz NOT NULL,
    due_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    spread_at timestamptz,
    read_at timestamptz,
    UNIQUE (hall_id, key)
);

CREATE INDEX messages_unspread ON messages (due_at) WHERE spread_at IS NULL;
CREATE INDEX messages_of_owners ON messages USING gin (owners);
CREATE INDEX messages_by_age ON messages (put_at);

CREATE TABLE deliveries (
    message_id bigint NOT NULL REFERENCES messages ON DELETE CASCADE,
    contact_id text NOT NULL REFERENCES contacts ON DELETE CASCADE,
    state text NOT NULL DEFAULT 'waiting',
    due_at timestamptz NOT NULL,
    attempts integer NOT NULL DEFAULT 0,
    unknown integer NOT NULL DEFAULT 0,
    is_out boolean NOT NULL DEFAULT false,
    PRIMARY KEY (message_id, contact_id)
);

CREATE INDEX deliveries_waiting ON deliveries (due_at) WHERE state = 'waiting';
CREATE INDEX deliveries_of_contact ON deliveries (contact_id, due_at);

-- Append-only: an attempt begins before anything is handed over, and ends with its outcome.
CREATE TABLE delivery_attempts (
    message_id bigint NOT NULL,
    contact_id text NOT NULL,
    no integer NOT NULL,
    step text NOT NULL,
    target text NOT NULL,
    detail text NOT NULL,
    at timestamptz NOT NULL,
    PRIMARY KEY (message_id, contact_id, no, step)
);

CREATE INDEX delivery_attempts_of_target ON delivery_attempts (target, step, at);

DO $$
DECLARE
    told record;
BEGIN
    FOR told IN SELECT t.tab, c.col, t.level, t.why FROM (VALUES
        ('contacts', 1, 'kind language code_ends_at code_tries proven_at added_at used_at',
            'by what and in which language somebody is told'),
        ('contacts', 3, 'contact_id owner digest',
            'whose contact, by keyed hash'),
        ('contacts', 4, 'sealed code_hash',
            'where somebody is reached, encrypted; proves that it is theirs'),
        ('messages', 1, 'message_id hall_id kind put_at due_at expires_at spread_at read_at',
            'when it was told'),
        ('messages', 3, 'key owners contact_id',
            'of whose matter, by keyed hash'),
        ('messages', 4, 'body',
            'what somebody is told, with the way to the page'),
        ('deliveries', 1, 'message_id state due_at attempts unknown is_out',
            'how far it came'),
        ('deliveries', 3, 'contact_id',
            'whose contact'),
        ('delivery_attempts', 1, 'message_id no step detail at',
            'what came of it'),
        ('delivery_attempts', 3, 'contact_id target',
            'whose contact, by keyed hash')
    ) AS t (tab, level, cols, why), unnest(string_to_array(t.cols, ' ')) AS c (col)
    LOOP
        EXECUTE format('COMMENT ON COLUMN %I.%I IS %L',
            told.tab, told.col, 'personal:' || told.level || ' ' || told.why);
    END LOOP;
END $$;
