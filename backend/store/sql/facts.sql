-- name: facts_of
-- What a register says of a person, of these kinds.
SELECT kind, zh, en, level, as_of FROM facts
WHERE connector = :connector AND person_hash = :person_hash AND kind = ANY(:kinds::text[]);

-- name: begin_facts_import#
-- Where the lines of a file gather before they count; the lock keeps a second import waiting.
LOCK TABLE facts IN SHARE ROW EXCLUSIVE MODE;
CREATE TEMPORARY TABLE imported_facts (
    line integer NOT NULL,
    person_hash bytea NOT NULL,
    kind text NOT NULL,
    zh text NOT NULL,
    en text NOT NULL,
    level smallint NOT NULL,
    as_of date NOT NULL
) ON COMMIT DROP;

-- name: drop_repeated_facts
-- Drop the lines that say something of a person and kind once more; which these were.
DELETE FROM imported_facts AS later USING imported_facts AS first
WHERE (first.person_hash, first.kind) = (later.person_hash, later.kind) AND first.line < later.line
RETURNING later.line;

-- name: forget_facts!
-- Drop what was imported of a register before.
DELETE FROM facts WHERE connector = :connector;

-- name: keep_facts!
-- Put the lines in force.
INSERT INTO facts (connector, person_hash, kind, zh, en, level, as_of)
SELECT :connector, person_hash, kind, zh, en, level, as_of FROM imported_facts;

-- name: count_facts^
-- How many facts of how many persons a register has.
SELECT count(*) AS facts, count(DISTINCT person_hash) AS persons FROM facts
WHERE connector = :connector;
