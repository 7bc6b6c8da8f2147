-- How many materials of a case nobody had to bring, since the university holds them (FA1).
-- NULL in rows that were counted before: none was replaced then.
ALTER TABLE counted_cases ADD COLUMN by_facts smallint;

COMMENT ON COLUMN counted_cases.by_facts IS 'personal:1 the matter''s state';

CREATE OR REPLACE VIEW cases_to_count AS
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
    t.origin,
    c.by_facts
FROM counted_cases AS c
LEFT JOIN counted_tickets AS t
    ON t.hall_id = c.hall_id AND t.day = c.ticket_day AND t.ticket_id = c.ticket_id
    AND t.replaced_by IS NULL
WHERE c.accepted_on IS NOT NULL;
