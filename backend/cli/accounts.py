"""`create-admin`: the first account; `reset-account`: the last way in."""

import argparse
import getpass
import sys
import time

from backend.cli.command import Commands, note_by_hand, runs
from backend.core.grants import Grant
from backend.core.rules.accounts import PASSWORD_LENGTH_MIN
from backend.core.stamp import Role
from backend.engines.running import database_url, redis_url
from backend.hub.clock import now
from backend.settings import Settings
from backend.store.audit import Act, note
from backend.store.database import Database
from backend.store.locks import Locks
from backend.store.redis_servers import connect_redis
from backend.store.sessions import Sessions
from backend.store.staff import Staff, member_of


def add_commands(commands: Commands) -> None:
    """The command and its options."""
    admin = commands.add_parser("create-admin", help="make the first account; asks a password")
    admin.add_argument("username")
    runs(admin, _create_admin)
    reset = commands.add_parser(
        "reset-account",
        help="let an account in again: another password, no second factor, no lock",
    )
    reset.add_argument("username")
    runs(reset, _reset_account)


async def _create_admin(arguments: argparse.Namespace, settings: Settings) -> int:
    username = arguments.username
    password = _password()
    if password is None:
        return 1
    database = Database(database_url(settings))
    grants = (Grant(role=Role.ADMINISTRATOR),)
    member = member_of(username, grants, name_zh=username, name_en=username)
    is_new = await Staff(database).add(member, password)
    if is_new:
        await note_by_hand(database, "account.create", "account", username)
    await database.close()
    if not is_new:
        print(f"There is an account {username} already; nothing was changed.", file=sys.stderr)
        return 1
    print(f"{username} may sign in now.")
    return 0


async def _reset_account(arguments: argparse.Namespace, settings: Settings) -> int:
    """The last way in, for whoever sits at the machine (AC1, AC3)."""
    username = arguments.username
    password = _password()
    if password is None:
        return 1
    database, redis = Database(database_url(settings)), connect_redis(redis_url(settings))
    try:
        staff = Staff(database)
        account = await staff.find(username)
        if account is None:
            print(f"There is no account {username}.", file=sys.stderr)
            return 1
        await staff.put_password(username, password, must_change_password=False)
        await staff.drop_totp(username)
        await note_by_hand(database, "account.reset", "account", username)
        await Sessions(redis, now, time.monotonic).end_all(username)
        await Locks(redis).unlock(username)
        async with database.connection() as connection:
            await note(connection, _reset(username))
    finally:
        await database.close()
        await redis.aclose()
    print(f"{username} may sign in now.")
    return 0


def _reset(username: str) -> Act:
    return Act(who="console", role=Role.SYSTEM, verb="account.reset", kind="account", id=username)


def _password() -> str | None:
    """What was typed, if it is long enough."""
    password = getpass.getpass("Password: ") if sys.stdin.isatty() else sys.stdin.readline().strip()
    if len(password) < PASSWORD_LENGTH_MIN:
        print(f"The password needs at least {PASSWORD_LENGTH_MIN} characters.", file=sys.stderr)
        return None
    return password
