-- name: note_miss!
-- Once more; new words only while the day has room for them.
INSERT INTO search_misses (hall_id, day, query, times)
SELECT :hall_id, :day::date, :query, 1
WHERE EXISTS (SELECT FROM search_misses
        WHERE hall_id = :hall_id AND day = :day::date AND query = :query)
    OR (SELECT count(*) FROM search_misses WHERE hall_id = :hall_id AND day = :day::date) < :most
ON CONFLICT (hall_id, day, query) DO UPDATE SET times = search_misses.times + 1;

-- name: forget_misses!
-- Those of days before.
DELETE FROM search_misses WHERE hall_id = :hall_id AND day < :before::date;

-- name: misses
-- What was not found since a day, the most often first.
SELECT query, sum(times)::integer AS times, max(day) AS last_day FROM search_misses
WHERE hall_id = :hall_id AND day >= :since::date
GROUP BY query ORDER BY times DESC, last_day DESC, query LIMIT :count;
