-- name: halls
-- Every hall, in the order of its id.
SELECT hall_id, name_zh, name_en FROM halls ORDER BY hall_id;

-- name: put_hall!
-- Make or rename a hall.
INSERT INTO halls (hall_id, name_zh, name_en) VALUES (:hall_id, :name_zh, :name_en)
ON CONFLICT (hall_id) DO UPDATE SET name_zh = excluded.name_zh, name_en = excluded.name_en;

-- name: put_new_hall!
-- Make a hall; one made already keeps its name.
INSERT INTO halls (hall_id, name_zh, name_en) VALUES (:hall_id, :name_zh, :name_en)
ON CONFLICT (hall_id) DO NOTHING;

-- name: plan_in_force$
-- The newest plan of a hall.
SELECT plan::text FROM plans WHERE hall_id = :hall_id ORDER BY version DESC LIMIT 1;

-- name: time_zones
-- The clock of each hall's newest plan.
SELECT DISTINCT ON (hall_id) hall_id, plan->>'time_zone' AS time_zone FROM plans
ORDER BY hall_id, version DESC;

-- name: put_plan!
-- Keep a version of a plan; one kept already is left alone.
INSERT INTO plans (hall_id, version, plan, author, reason)
VALUES (:hall_id, :version, :plan::jsonb, :author, :reason) ON CONFLICT DO NOTHING;

-- name: put_next_plan!
-- Keep a new version of a plan, if none came after the one it was made from.
INSERT INTO plans (hall_id, version, plan, author, reason)
SELECT :hall_id, :version, :plan::jsonb, :author, :reason
WHERE (SELECT max(version) FROM plans WHERE hall_id = :hall_id) IS NOT DISTINCT FROM :after::integer
ON CONFLICT DO NOTHING;

-- name: plan_versions
-- The newest versions of a hall's plan, newest first.
SELECT version, author, reason, created_at FROM plans
WHERE hall_id = :hall_id ORDER BY version DESC LIMIT :count;

-- name: plan_of_version$
-- One version of a plan.
SELECT plan::text FROM plans WHERE hall_id = :hall_id AND version = :version;
