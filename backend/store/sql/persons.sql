-- name: newest_import$
-- The number of the last import; 0 before the first.
SELECT coalesce(max(import_id), 0) FROM person_imports;

-- name: packed_persons
-- The cards of each hall, and those of every hall, in one piece: see store/persons.py.
SELECT hall_id, string_agg(
    card_hash || person_hash || decode(
        CASE origin
            WHEN 'staff' THEN '00' WHEN 'student' THEN '01' WHEN 'alumnus' THEN '02' ELSE '03'
        END,
        'hex'
    ),
    '' ORDER BY card_hash
) AS packed
FROM persons GROUP BY hall_id;

-- name: begin_import#
-- Where the lines of a file gather before they count; the lock keeps a second import waiting.
LOCK TABLE persons IN SHARE ROW EXCLUSIVE MODE;
CREATE TEMPORARY TABLE imported (
    line integer NOT NULL,
    reading integer NOT NULL,
    card_hash bytea NOT NULL,
    person_hash bytea NOT NULL,
    origin text NOT NULL
) ON COMMIT DROP;

-- name: drop_contradicting
-- Drop the lines that give a card to somebody else than an earlier line did; which these were.
DELETE FROM imported WHERE line IN (
    SELECT later.line FROM imported AS later
    JOIN (
        SELECT DISTINCT ON (card_hash) card_hash, person_hash, origin FROM imported
        WHERE reading = 0 ORDER BY card_hash, line
    ) AS first USING (card_hash)
    WHERE later.reading = 0
        AND (later.person_hash, later.origin) <> (first.person_hash, first.origin)
)
RETURNING line, reading;

-- name: forget_persons!
-- Drop the cards of a hall, or those of every hall.
DELETE FROM persons WHERE hall_id IS NOT DISTINCT FROM :hall_id::text;

-- name: keep_imported!
-- Put the lines in force; a card's likelier reading before another card's other one.
INSERT INTO persons (hall_id, card_hash, person_hash, origin)
SELECT DISTINCT ON (card_hash) :hall_id::text, card_hash, person_hash, origin FROM imported
ORDER BY card_hash, reading, line;

-- name: record_import^
-- Tell the hubs that there is something new; how many cards and persons it is.
INSERT INTO person_imports (hall_id, cards, persons)
SELECT :hall_id::text, count(DISTINCT card_hash), count(DISTINCT person_hash)
FROM imported WHERE reading = 0
RETURNING cards, persons;
