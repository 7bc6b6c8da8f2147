-- What figures are asked of: counted rows beside what goes on after their day.

-- A visit with what came of its rating (EV3); one that was excluded was not given.
CREATE VIEW visits_to_count AS
SELECT
    v.hall_id,
    v.day,
    v.ticket_id,
    v.visit,
    v.revision,
    v.replaced_by,
    v.queue_id,
    v.zone_id,
    v.service_id,
    v.department_id,
    v.channel,
    v.ticket_class,
    v.origin,
    v.person_hash,
    v.half_hour,
    v.counter_id,
    v.clerk_id,
    v.started_at,
    v.ended_at,
    v.handling_ms,
    v.is_done,
    CASE WHEN f.is_excluded THEN NULL ELSE v.level END AS level,
    f.called_back_in_time,
    f.answered_in_time
FROM counted_visits AS v
LEFT JOIN followups AS f
    ON f.hall_id = v.hall_id AND f.day = v.day AND f.ticket_id = v.ticket_id
    AND v.level IS NOT NULL;

-- An accepted case with the ticket of the visit in which it was opened.
CREATE VIEW cases_to_count AS
SELECT
    c.hall_id,
    c.accepted_on AS day,
    c.case_id,
    c.number,
    c.state,
    c.kind,
    c.service_id,
    c.department_id,
    c.person_hash,
    c.visits,
    c.accepted_at,
    c.half_hour,
    c.clerk_id,
    c.due_at,
    c.decided_at,
    c.outcome,
    c.withdrawn_at,
    c.ticket_day,
    c.ticket_id,
    t.queue_id,
    t.zone_id,
    t.served_counter_id AS counter_id,
    t.channel,
    t.ticket_class,
    t.origin
FROM counted_cases AS c
LEFT JOIN counted_tickets AS t
    ON t.hall_id = c.hall_id AND t.day = c.ticket_day AND t.ticket_id = c.ticket_id
    AND t.replaced_by IS NULL
WHERE c.accepted_on IS NOT NULL;

-- What was said of the visits of an earlier day, by that day.
CREATE INDEX commits_rated_later ON commits (hall_id, (body #>> '{events,0,day}'))
    WHERE body @> '{"events": [{"type": "visit_evaluated"}]}';
