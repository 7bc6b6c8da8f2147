-- name: calendar_years
-- Which years are announced, oldest first.
SELECT year FROM calendar_years ORDER BY year;

-- name: calendar_days
-- What the tables of all announced years say, by day.
SELECT day, is_working, name FROM calendar_days ORDER BY day;

-- name: forget_calendar_year!
-- A year without a table.
DELETE FROM calendar_years WHERE year = :year;

-- name: put_calendar_year!
-- A year is announced; one that is already is left alone.
INSERT INTO calendar_years (year, imported_by) VALUES (:year, :imported_by)
ON CONFLICT DO NOTHING;

-- name: put_calendar_days!
-- What the table of a year says.
INSERT INTO calendar_days (day, is_working, name)
SELECT * FROM unnest(:days::date[], :works::boolean[], :names::text[]);
