-- Files of cases: what each is called and which bytes it has; the bytes lie beside the database.
CREATE TABLE case_files (
    hall_id text NOT NULL,
    case_id text NOT NULL,
    file_id text NOT NULL,
    material_id text,
    name text NOT NULL,
    media_type text,
    size bigint,
    digest text,
    reference text,
    added_by text NOT NULL,
    added_at timestamptz NOT NULL,
    removed_by text,
    removed_at timestamptz,
    PRIMARY KEY (hall_id, case_id, file_id),
    CHECK ((digest IS NULL) = (size IS NULL) AND (digest IS NULL) <> (reference IS NULL))
);

CREATE INDEX case_files_bytes ON case_files (digest) WHERE digest IS NOT NULL;
CREATE INDEX case_files_added ON case_files (hall_id, added_at);
