-- name: checked_links
-- What is known of a hall's addresses.
SELECT url, outcome, status, at FROM checked_links WHERE hall_id = :hall_id;

-- name: put_checked_links!
-- What became of these now; of addresses that no guide names any more nothing is kept.
WITH gone AS (
    DELETE FROM checked_links WHERE hall_id = :hall_id AND url <> ALL(:named::text[])
)
INSERT INTO checked_links (hall_id, url, outcome, status, at)
SELECT :hall_id, r.url, r.outcome, r.status, :at
FROM jsonb_to_recordset(:rows::jsonb) AS r (url text, outcome text, status integer)
ON CONFLICT (hall_id, url) DO UPDATE
SET outcome = excluded.outcome, status = excluded.status, at = excluded.at;
