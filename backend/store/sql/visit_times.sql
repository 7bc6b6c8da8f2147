-- name: usual_waits
-- The median wait of each half hour of each weekday, and of each weekday, over some closed days,
-- with how many visits and days it rests on.
SELECT extract(isodow FROM day)::int AS weekday, half_hour,
    percentile_cont(0.5) WITHIN GROUP (ORDER BY wait_ms) / 1000 AS wait_s,
    count(*) AS visits, count(DISTINCT day) AS days
FROM counted_tickets
WHERE hall_id = :hall_id AND day >= :first AND day < :before AND wait_ms IS NOT NULL
AND replaced_by IS NULL AND (:queue_id::text IS NULL OR queue_id = :queue_id)
GROUP BY GROUPING SETS ((weekday, half_hour), (weekday))
ORDER BY weekday, half_hour NULLS FIRST;
