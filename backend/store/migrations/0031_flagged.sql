-- Ratings that came in a burst from one device (EV4): among what is followed up, and counted.
ALTER TABLE followups ADD COLUMN is_flagged boolean NOT NULL DEFAULT false;

COMMENT ON COLUMN followups.is_flagged IS 'personal:1 the rating''s state';

CREATE OR REPLACE VIEW visits_to_count AS
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
    f.answered_in_time,
    coalesce(f.is_flagged, false) AS is_flagged
FROM counted_visits AS v
LEFT JOIN followups AS f
    ON f.hall_id = v.hall_id AND f.day = v.day AND f.ticket_id = v.ticket_id
    AND v.level IS NOT NULL;
