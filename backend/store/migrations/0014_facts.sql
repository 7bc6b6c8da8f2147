-- What the university already holds of its people, as its registers were imported (FA1).
CREATE TABLE facts (
    connector text NOT NULL,
    person_hash bytea NOT NULL,
    kind text NOT NULL,
    zh text NOT NULL,
    en text NOT NULL,
    level smallint NOT NULL CHECK (level BETWEEN 1 AND 4),
    as_of date NOT NULL,
    PRIMARY KEY (connector, person_hash, kind)
);

COMMENT ON COLUMN facts.connector IS 'personal:1 the register, the kind of fact';
COMMENT ON COLUMN facts.kind IS 'personal:1 the register, the kind of fact';
COMMENT ON COLUMN facts.level IS 'personal:1 the register, the kind of fact';
COMMENT ON COLUMN facts.as_of IS 'personal:1 the register, the kind of fact';
COMMENT ON COLUMN facts.person_hash IS 'personal:3 of whom, by keyed hash';
COMMENT ON COLUMN facts.zh IS 'personal:4 the fact; each has a level of its own (FA1)';
COMMENT ON COLUMN facts.en IS 'personal:4 the fact; each has a level of its own (FA1)';
