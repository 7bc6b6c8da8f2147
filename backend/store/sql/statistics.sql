-- name: days_counted^
-- Which days of a period are counted, and how.
SELECT
    count(*) FILTER (WHERE revision = 0 AND is_final) AS frozen,
    count(DISTINCT (hall_id, day)) FILTER (WHERE revision > 0) AS corrected,
    max(day) FILTER (WHERE NOT is_final) AS live,
    max(counted_at) AS counted_at
FROM counted_days
WHERE hall_id = ANY(:hall_ids::text[]) AND day BETWEEN :first AND :last;

-- name: spans_of_day
-- What the counters did on a day; the rows end at each half hour, these do not.
WITH marked AS (
    SELECT
        s.*,
        lag(ROW(s.state, s.reason, s.ticket_id, s.clerk_id, s.to_at)) OVER one
        IS DISTINCT FROM ROW(s.state, s.reason, s.ticket_id, s.clerk_id, s.from_at) AS begins
    FROM counted_spans AS s
    WHERE s.hall_id = :hall_id AND s.day = :day AND s.replaced_by IS NULL
    AND (:clerk_id::text IS NULL OR s.clerk_id = :clerk_id)
    AND (:department_ids::text[] IS NULL OR s.department_id = ANY(:department_ids::text[]))
    WINDOW one AS (PARTITION BY s.counter_id ORDER BY s.from_at)
), numbered AS (
    SELECT m.*, count(*) FILTER (WHERE m.begins)
        OVER (PARTITION BY m.counter_id ORDER BY m.from_at) AS no
    FROM marked AS m
)
SELECT counter_id, clerk_id, state, reason, ticket_id,
    min(from_at) AS from_at, max(to_at) AS to_at
FROM numbered
GROUP BY counter_id, no, clerk_id, state, reason, ticket_id
ORDER BY counter_id, min(from_at);
