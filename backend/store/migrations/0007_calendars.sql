-- Which years' days off are announced, and what differs from Monday to Friday in them (DL1).
CREATE TABLE calendar_years (
    year integer PRIMARY KEY,
    imported_by text NOT NULL,
    imported_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE calendar_days (
    day date PRIMARY KEY,
    year integer GENERATED ALWAYS AS (extract(year FROM day)::integer) STORED
        REFERENCES calendar_years ON DELETE CASCADE,
    is_working boolean NOT NULL,
    name text NOT NULL
);
