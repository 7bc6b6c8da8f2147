-- The audit: who did what, each record chained to the one before it by its hash.  What is in it is
-- made here and not by whoever inserts, and nobody changes or removes a record: the role of the
-- processes has no right to, and the owner of the table is refused by the triggers.
CREATE TABLE audit (
    seq bigint PRIMARY KEY,
    at timestamptz NOT NULL,
    who text NOT NULL,
    role text NOT NULL,
    device text,
    verb text NOT NULL,
    kind text NOT NULL,
    id text,
    hall_id text,
    department_id text,
    before text,
    after text,
    request_id text,
    result text NOT NULL CHECK (result IN ('done', 'refused', 'denied', 'failed')),
    previous text NOT NULL,
    hash text NOT NULL
);

CREATE INDEX audit_at ON audit (at);
CREATE INDEX audit_who ON audit (who, seq);
CREATE INDEX audit_cuts ON audit (seq) WHERE verb = 'audit.cut';
CREATE INDEX audit_seals ON audit (hall_id, seq) WHERE kind = 'commits';

-- One at a time, until the transaction ends: no number is missing and each knows the one before.
CREATE FUNCTION audit_chain() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    last record;
    owner oid := (SELECT relowner FROM pg_class WHERE oid = TG_RELID);
BEGIN
    IF NEW.verb = 'audit.cut' AND NOT pg_has_role(current_user, owner, 'USAGE') THEN
        RAISE insufficient_privilege USING MESSAGE = 'only the owner of the audit cuts it';
    END IF;
    PERFORM pg_advisory_xact_lock(418112743796);
    SELECT seq, at, hash INTO last FROM audit ORDER BY seq DESC LIMIT 1;
    NEW.seq := coalesce(last.seq, 0) + 1;
    NEW.at := greatest(clock_timestamp(), last.at);
    NEW.previous := coalesce(last.hash, '');
    NEW.hash := encode(sha256(convert_to(jsonb_build_array(
        NEW.seq, (extract(epoch FROM NEW.at) * 1000000)::bigint, NEW.who, NEW.role, NEW.device,
        NEW.verb, NEW.kind, NEW.id, NEW.hall_id, NEW.department_id, NEW.before, NEW.after,
        NEW.request_id, NEW.result, NEW.previous
    )::text, 'UTF8')), 'hex');
    RETURN NEW;
END $$;

CREATE TRIGGER audit_chain BEFORE INSERT ON audit FOR EACH ROW EXECUTE FUNCTION audit_chain();

-- Only what a record in the chain says was cut goes, and that record keeps the last hash of it.
CREATE FUNCTION audit_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        IF OLD.seq <= (SELECT max(id::bigint) FROM audit WHERE verb = 'audit.cut') THEN
            RETURN OLD;
        END IF;
    END IF;
    RAISE insufficient_privilege USING MESSAGE = 'the audit is append-only';
END $$;

CREATE TRIGGER audit_append_only BEFORE UPDATE OR DELETE ON audit
    FOR EACH ROW EXECUTE FUNCTION audit_append_only();
CREATE TRIGGER audit_not_emptied BEFORE TRUNCATE ON audit
    FOR EACH STATEMENT EXECUTE FUNCTION audit_append_only();
