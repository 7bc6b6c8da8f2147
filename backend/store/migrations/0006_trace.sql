-- When a commit came into the archive (unknown of earlier ones), and a way to find one by its id.
ALTER TABLE commits ADD COLUMN archived_at timestamptz;
ALTER TABLE commits ALTER COLUMN archived_at SET DEFAULT clock_timestamp();
CREATE INDEX commits_commit_id ON commits USING hash (commit_id);
