-- The questions of a visitor who was signed in when asking them.
CREATE INDEX IF NOT EXISTS consultations_of_person ON consultations (person_hash)
    WHERE person_hash IS NOT NULL;
