-- Who is expected on which day.  The day's opening carries those of its date (AP2); what changes
-- during the day is an event.
CREATE TABLE appointments (
    hall_id text NOT NULL REFERENCES halls,
    day date NOT NULL,
    appointment_id text NOT NULL,
    body jsonb NOT NULL,
    PRIMARY KEY (hall_id, day, appointment_id)
);
