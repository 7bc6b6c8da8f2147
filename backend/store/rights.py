"""What the processes may do with the tables, apart from the owner who migrates them (I18)."""

from urllib.parse import urlsplit

from backend.store.database import MIGRATION_LOCK, Database

_MAKE_ROLE = """
SELECT format('CREATE ROLE %I LOGIN', $1::text)
WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = $1)"""
_GRANTS = (
    "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO %I",
    "GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO %I",
    "REVOKE UPDATE, DELETE, TRUNCATE ON audit FROM %I",
    "REVOKE UPDATE, DELETE, TRUNCATE ON case_commits FROM %I",
    "REVOKE UPDATE, DELETE, TRUNCATE ON delivery_attempts FROM %I",
    "REVOKE UPDATE, DELETE, TRUNCATE ON guide_deeds FROM %I",
    "REVOKE UPDATE, DELETE, TRUNCATE ON roster_commits FROM %I",
    "REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON migrations FROM %I",
)
"""What has happened is added and read, never changed or removed; tables are made by migrations."""


def role_in(url: str) -> str:
    """The role that a URL of PostgreSQL connects as."""
    return urlsplit(url).username or ""


async def grant_rights(owner: Database, role: str) -> None:
    """Let the role do what the processes have to, and no more; makes it where there is none.

    Safe to repeat, and to be repeated after each migration: new tables come with no rights.
    """
    async with owner.connection() as connection:
        await connection.execute("SELECT pg_advisory_xact_lock($1)", MIGRATION_LOCK)
        make: str | None = await connection.fetchval(_MAKE_ROLE, role)
        if make is not None:
            await connection.execute(make)
        for grant in _GRANTS:
            words = await connection.fetchval("SELECT format($1, $2::text)", grant, role)
            await connection.execute(words)
