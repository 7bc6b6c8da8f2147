-- What is a visitor's besides what their own keyed hash says: cards of theirs, and things begun
-- without signing in (VA2).
CREATE TABLE visitor_things (
    visitor text NOT NULL,
    owner text NOT NULL,
    joined_at timestamptz NOT NULL,
    PRIMARY KEY (visitor, owner)
);

CREATE INDEX visitor_things_of_owner ON visitor_things (owner);
CREATE INDEX cases_of_person ON cases (person_hash) WHERE person_hash IS NOT NULL;
CREATE INDEX counted_tickets_of_person ON counted_tickets (person_hash)
    WHERE person_hash IS NOT NULL AND replaced_by IS NULL;

COMMENT ON COLUMN visitor_things.visitor IS 'personal:3 whose, by keyed hash';
COMMENT ON COLUMN visitor_things.owner IS 'personal:3 a card of theirs by keyed hash, or a thing';
COMMENT ON COLUMN visitor_things.joined_at IS 'personal:1 when it was joined';
