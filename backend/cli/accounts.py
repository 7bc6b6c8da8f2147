"""`create-admin`: the first account."""

import argparse
import getpass
import sys

from backend.cli.command import Commands, runs
from backend.core.grants import Grant
from backend.core.rules.accounts import PASSWORD_LENGTH_MIN
from backend.core.stamp import Role
from backend.engines.running import database_url
from backend.settings import Settings
from backend.store.database import Database
from backend.store.staff import Staff, member_of


def add_commands(commands: Commands) -> None:
    """The command and its options."""
    admin = commands.add_parser("create-admin", help="make the first account; asks a password")
    admin.add_argument("username")
    runs(admin, _create_admin)


async def _create_admin(arguments: argparse.Namespace, settings: Settings) -> int:
    username = arguments.username
    password = getpass.getpass("Password: ") if sys.stdin.isatty() else sys.stdin.readline().strip()
    if len(password) < PASSWORD_LENGTH_MIN:
        print(f"The password needs at least {PASSWORD_LENGTH_MIN} characters.", file=sys.stderr)
        return 1
    database = Database(database_url(settings))
    grants = (Grant(role=Role.ADMINISTRATOR),)
    member = member_of(username, grants, name_zh=username, name_en=username)
    is_new = await Staff(database).add(member, password)
    await database.close()
    if not is_new:
        print(f"There is an account {username} already; nothing was changed.", file=sys.stderr)
        return 1
    print(f"{username} may sign in now.")
    return 0
