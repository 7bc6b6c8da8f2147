-- Whose card is whose, without a number and without a name: both are keyed hashes.
-- hall_id NULL: for every hall.

CREATE TABLE persons (
    hall_id text REFERENCES halls,
    card_hash bytea NOT NULL CHECK (length(card_hash) = 32),
    person_hash bytea NOT NULL CHECK (length(person_hash) = 32),
    origin text NOT NULL CHECK (origin IN ('staff', 'student', 'alumnus', 'guest')),
    UNIQUE NULLS NOT DISTINCT (hall_id, card_hash)
);

-- One row for each import; the newest number tells the hubs whether to read the table again.
CREATE TABLE person_imports (
    import_id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    hall_id text REFERENCES halls,
    cards integer NOT NULL,
    persons integer NOT NULL,
    imported_at timestamptz NOT NULL DEFAULT now()
);
