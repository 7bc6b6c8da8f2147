-- What a hall does for whom: every version of its departments and services, and from which day
-- (by the hall's clock) each counts.  The newest version of the latest day begun is in force.
CREATE TABLE departments (
    hall_id text NOT NULL,
    department_id text NOT NULL,
    version integer NOT NULL,
    valid_from date NOT NULL,
    place integer NOT NULL,
    document jsonb,
    author text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (hall_id, department_id, version)
);

-- The document is a guide (backend/catalogue/guide.py); none: no longer offered.
CREATE TABLE services (
    hall_id text NOT NULL,
    service_id text NOT NULL,
    version integer NOT NULL,
    valid_from date NOT NULL,
    place integer NOT NULL,
    document jsonb,
    author text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (hall_id, service_id, version)
);
