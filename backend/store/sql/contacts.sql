-- name: count_contacts$
-- How many an owner has, but for this one.
SELECT count(*) FROM contacts WHERE owner = :owner AND digest <> :digest;

-- name: put_contact$
-- Keep a contact that is to be proven by a code; of one place an owner has one.
INSERT INTO contacts (contact_id, owner, kind, language, sealed, digest, code_hash, code_ends_at,
    added_at, used_at)
VALUES (:contact_id, :owner, :kind, :language, :sealed, :digest, :code_hash, :code_ends_at,
    :at, :at)
ON CONFLICT (owner, kind, digest) DO UPDATE SET language = excluded.language,
    code_hash = excluded.code_hash, code_ends_at = excluded.code_ends_at, code_tries = 0,
    used_at = excluded.used_at
RETURNING contact_id;

-- name: try_code^
-- The digest of the code that proves a contact, while it counts; the try is counted.
UPDATE contacts SET code_tries = code_tries + 1
WHERE owner = :owner AND contact_id = :contact_id AND code_ends_at > :at AND code_tries < :tries
RETURNING code_hash;

-- name: prove_contact!
-- The contact is its owner's own.
UPDATE contacts SET proven_at = coalesce(proven_at, :at), used_at = :at,
    code_hash = NULL, code_ends_at = NULL
WHERE contact_id = :contact_id;

-- name: contacts_of
-- The contacts of an owner, oldest first.
SELECT * FROM contacts WHERE owner = :owner ORDER BY added_at, contact_id;

-- name: remove_contact!
-- Forget a contact of an owner; without one, whose it is does not matter.
DELETE FROM contacts
WHERE contact_id = :contact_id AND (:owner::text IS NULL OR owner = :owner::text);

-- name: contacts_seen!
-- The owner was here.
UPDATE contacts SET used_at = :at WHERE owner = :owner;

-- name: drop_fixed_contacts!
-- Forget contacts that the deployment set and sets no more.
DELETE FROM contacts WHERE contact_id LIKE 'fixed:%' AND NOT contact_id = ANY (:kept);
