"""The command line: `python -m backend …`."""

import argparse
import asyncio
import gc
import getpass
import os
import resource
import socket
import sys
from collections.abc import Coroutine
from contextlib import suppress
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import msgspec
import uvicorn

from backend.app import make_app, make_parts
from backend.cards import Cards
from backend.core.ids import CommandId, HallId
from backend.core.stamp import Role
from backend.demo.cards import load_cards
from backend.demo.hall import load_demo
from backend.engines.engine import EngineError
from backend.engines.running import database_url, redis_url
from backend.hub.clock import now
from backend.hub.door import Door
from backend.import_appointments import ExpectedError, expected_in
from backend.import_calendar import CalendarError, announce_year, year_of
from backend.import_persons import Register, RegisterError, import_persons
from backend.launcher import Launcher
from backend.listener import BACKLOG, ListenError, bound, listen
from backend.log import set_up_log
from backend.look_up import COMMANDS as LOOK_UP_COMMANDS
from backend.look_up import add_look_up_commands, looked_up
from backend.metrics import serve_metrics
from backend.plan_files import AUTHOR, PlanFileError, add_plan_commands, keep_plan, plan_in
from backend.plan_files import COMMANDS as PLAN_COMMANDS
from backend.recorder import record_halls
from backend.recorder import registry as recorder_figures
from backend.replay.asked import AskedError, add_replay, replay_asked
from backend.replay.table import table
from backend.settings import Settings, SettingsError, card_key, read_settings
from backend.store.appointments import Appointments
from backend.store.archive import Archive
from backend.store.calendars import Calendars
from backend.store.database import Database, MigrationError, migrate
from backend.store.directory import Directory
from backend.store.health import look_at_stores, warn_of_risks
from backend.store.persons import Persons
from backend.store.plans import Plans
from backend.store.redis_servers import Links, connect_redis
from backend.store.redis_stream import RedisStream, store_errors
from backend.store.staff import PASSWORD_LENGTH_MIN, Staff, StaffMember
from backend.store.stream import StoreError
from backend.trace import logged, unknown, way_of
from backend.wire.schema import evaluation_constants, rule_constants, typescript

WIRE = Path(__file__).parents[1] / "frontend" / "src" / "wire"
FAILURES = (
    SettingsError,
    ListenError,
    EngineError,
    MigrationError,
    StoreError,
    AskedError,
    PlanFileError,
    CalendarError,
)
"""Their words say what to do."""
COLLECT_AFTER = (100_000, 50, 1000)
"""A day is many small objects that stay: looking through all of them takes 36 ms."""
BAD_SHOWN_MAX = 50
"""Above the hub's own limit, so that a frame that is too long gets an answer first."""


def main() -> int:
    """Run one command; return its exit code."""
    arguments = _parser().parse_args()
    try:
        settings = read_settings(_with_demo(os.environ, arguments.command))
        set_up_log(arguments.command, settings.log_level)
        return _run(arguments, settings)
    except FAILURES as error:
        print(f"yizhan: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def _run(arguments: argparse.Namespace, settings: Settings) -> int:
    match arguments.command:
        case "run" | "demo":
            return Launcher(settings).run(crowd=arguments.command == "demo")
        case "web":
            return _web(settings, arguments, _metrics(settings, arguments.metrics_fd))
        case "recorder":
            return _loop(_record(settings, _metrics(settings, arguments.metrics_fd)))
        case "crowd":
            from backend.demo.crowd import run_crowd  # noqa: PLC0415 (needs a running hub)

            return _loop(run_crowd(settings.url))
        case "migrate":
            return _loop(_migrate(settings))
        case "load-demo":
            return _loop(_load_demo(settings))
        case "create-admin":
            return _loop(_create_admin(settings, arguments.username))
        case "replay":
            return _loop(_replay(arguments, settings))
        case "import-persons":
            return _loop(_import_persons(settings, arguments.file, arguments.hall))
        case "import-appointments":
            return _loop(_import_appointments(settings, arguments))
        case "import-calendar":
            return _loop(_import_calendar(settings, arguments.file))
        case command if command in PLAN_COMMANDS:
            return _loop(_plan_file(arguments, settings))
        case command if command in LOOK_UP_COMMANDS:
            print(looked_up(arguments))
            return 0
        case "trace":
            return _loop(_trace(settings, arguments.id))
        case "wire-types":
            return _wire_types(check=arguments.check)
        case _:
            raise AssertionError(arguments.command)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m backend", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("run", help="everything on this machine, with the demo hall")
    commands.add_parser("demo", help="the same with simulated visitors and clerks")
    web = commands.add_parser("web", help="one web process")
    web.add_argument("--fd", type=int, help="a listening socket to serve on, else HOST and PORT")
    web.add_argument(
        "--reuse-port", action="store_true", help="share the port with others so started"
    )
    recorder = commands.add_parser("recorder", help="copy streams into the archive")
    for process in (web, recorder):
        process.add_argument("--metrics-fd", type=int, help="a listening socket for figures")
    commands.add_parser("crowd", help="simulated visitors and clerks for a running demo")
    commands.add_parser("migrate", help="bring the database up to date")
    commands.add_parser("load-demo", help="put the demo hall into the database")
    admin = commands.add_parser("create-admin", help="make the first account; asks a password")
    admin.add_argument("username")
    add_replay(commands.add_parser("replay", help="re-run a recorded day under another plan"))
    persons = commands.add_parser(
        "import-persons", help="replace the register of campus cards: who holds which"
    )
    persons.add_argument("file", type=Path, help="CSV with the columns card, person, origin")
    persons.add_argument("--hall", type=HallId, help="the cards count in this hall only")
    expected = commands.add_parser(
        "import-appointments", help="say who is expected on a day to come"
    )
    expected.add_argument("file", type=Path, help="JSON lines, as the command add_appointment")
    expected.add_argument("--hall", type=HallId, required=True)
    expected.add_argument("--day", type=date.fromisoformat, required=True, help="2026-11-24")
    calendar = commands.add_parser(
        "import-calendar", help="say which days of a year are worked, once it is announced"
    )
    calendar.add_argument("file", type=Path, help="CSV with the columns date, is_working, name")
    add_plan_commands(commands)
    add_look_up_commands(commands)
    trace = commands.add_parser("trace", help="the way of one command, by its id")
    trace.add_argument("id", type=CommandId)
    types = commands.add_parser("wire-types", help="write the TypeScript wire types")
    types.add_argument("--check", action="store_true", help="only say whether they are current")
    return parser


def _with_demo(environment: "os._Environ[str]", command: str) -> dict[str, str]:
    """`run` and `demo` are the demo unless YIZHAN_DEMO=0 says otherwise."""
    default = "1" if command in {"run", "demo"} else "0"
    return {"YIZHAN_DEMO": default, **environment}


def _loop(work: Coroutine[Any, Any, int]) -> int:
    with asyncio.Runner() as runner:
        return runner.run(work)


def _allow_sockets() -> None:
    """Let the process have as many open files as it may: 1,024 are usual, each phone is one."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def _metrics(settings: Settings, fd: int | None) -> socket.socket | None:
    """Where this process tells its figures: on the launcher's socket, or as it is set."""
    if fd is not None:
        return socket.socket(fileno=fd)
    if settings.metrics_port is None:
        return None
    return listen(settings.metrics_host, settings.metrics_port, setting="METRICS_PORT")


def _web(settings: Settings, arguments: argparse.Namespace, metrics: socket.socket | None) -> int:
    gc.set_threshold(*COLLECT_AFTER)
    _allow_sockets()
    parts = make_parts(settings)
    config = uvicorn.Config(
        make_app(parts, metrics),
        loop="uvloop",
        http=partial(Door, parts.entrance),  # type: ignore[arg-type]
        ws=partial(Door, parts.entrance, is_upgrade=True),  # type: ignore[arg-type]
        backlog=BACKLOG,
        proxy_headers=bool(settings.trusted_proxies),
        forwarded_allow_ips=list(settings.trusted_proxies),
        access_log=False,
        log_level="error",  # what it warns of is what clients send: they could fill the disk
        server_header=False,
        timeout_graceful_shutdown=3,
        ssl_certfile=settings.tls.cert if settings.tls is not None else None,
        ssl_keyfile=settings.tls.key if settings.tls is not None else None,
    )
    server = uvicorn.Server(config)
    if arguments.fd is not None:
        listener = socket.socket(fileno=arguments.fd)
    else:
        listener = bound(settings.host, settings.port, is_shared=arguments.reuse_port)
    server.run(sockets=[listener])
    return 0 if server.started else 1


async def _record(settings: Settings, metrics: socket.socket | None) -> int:
    database, redis = Database(database_url(settings)), connect_redis(redis_url(settings))
    links = Links(redis_url(settings))

    def stream_of(hall_id: HallId) -> RedisStream:
        return RedisStream(links.of(hall_id), hall_id)

    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(warn_of_risks(redis, settings.redis_replicas))
        tasks.create_task(record_halls(Directory(database, redis), Archive(database), stream_of))
        if metrics is not None:
            look = partial(look_at_stores, redis, database)
            tasks.create_task(serve_metrics(metrics, look, recorder_figures))
    return 0


async def _migrate(settings: Settings) -> int:
    database = Database(database_url(settings))
    for name in await migrate(database):
        print(f"applied {name}")
    await Calendars(database).seed()
    await database.close()
    async with store_errors():
        await connect_redis(redis_url(settings)).ping()  # a wrong address is told at once
    return 0


async def _load_demo(settings: Settings) -> int:
    database = Database(database_url(settings))
    await load_demo(database)
    await load_cards(database, card_key(settings))
    await database.close()
    return 0


async def _create_admin(settings: Settings, username: str) -> int:
    password = getpass.getpass("Password: ") if sys.stdin.isatty() else sys.stdin.readline().strip()
    if len(password) < PASSWORD_LENGTH_MIN:
        print(f"The password needs at least {PASSWORD_LENGTH_MIN} characters.", file=sys.stderr)
        return 1
    database = Database(database_url(settings))
    member = StaffMember(
        username=username,
        role=Role.ADMINISTRATOR,
        hall_id=None,
        name_zh=username,
        name_en=username,
        counter_id=None,
    )
    is_new = await Staff(database).add(member, password)
    await database.close()
    if not is_new:
        print(f"There is an account {username} already; nothing was changed.", file=sys.stderr)
        return 1
    print(f"{username} may sign in now.")
    return 0


async def _replay(arguments: argparse.Namespace, settings: Settings) -> int:
    """Print what the day would have come to; an export needs no database."""
    database = Database(database_url(settings)) if arguments.file is None else None
    try:
        plan = plan_in(arguments.plan) if arguments.plan is not None else None
        report = await replay_asked(arguments, plan, Archive(database) if database else None)
    finally:
        if database is not None:
            await database.close()
    print(msgspec.json.encode(report).decode() if arguments.json else table(report))
    return 0


async def _import_persons(settings: Settings, path: Path, hall_id: HallId | None) -> int:
    """0 when every line was good, 1 when some were left out, 2 when nothing was changed."""
    database = Database(database_url(settings))
    try:
        with path.open("rb") as file:
            register = Register(file, card_key(settings))
            imported = await import_persons(database, register, hall_id)
    except (OSError, RegisterError) as error:
        print(f"{path}: {error}; nothing was changed.", file=sys.stderr)
        return 2
    finally:
        await database.close()
    for no, what in register.bad[:BAD_SHOWN_MAX]:
        print(f"{path}:{no}: {what}", file=sys.stderr)
    print(
        f"{imported.cards} cards of {imported.persons} persons are in force;"
        f" {len(register.bad)} lines were left out."
    )
    return 1 if register.bad else 0


async def _import_appointments(settings: Settings, arguments: argparse.Namespace) -> int:
    """0 when all are expected, 2 when nothing was changed."""
    database, path = Database(database_url(settings)), arguments.file
    persons = Persons(database, connect_redis(redis_url(settings)))
    try:
        plan = await Plans(database).newest(arguments.hall)
        if plan is None:
            raise ExpectedError(f"there is no hall {arguments.hall}")
        await persons.refresh()
        cards = Cards(card_key(settings), persons.find)
        with path.open("rb") as file:
            found = expected_in(file, plan, arguments.day, cards)
        await Appointments(database).put_day(arguments.hall, arguments.day, found)
    except (OSError, ExpectedError) as error:
        print(f"{path}: {error}; nothing was changed.", file=sys.stderr)
        return 2
    finally:
        await database.close()
    print(f"{len(found)} visitors are expected on {arguments.day}.")
    return 0


async def _import_calendar(settings: Settings, path: Path) -> int:
    year, days = year_of(path)
    database = Database(database_url(settings))
    try:
        moved = await announce_year(database, year, days, by=AUTHOR, at=now())
    finally:
        await database.close()
    print(f"{year} is announced; the due dates of {moved} open cases follow it.")
    return 0


async def _plan_file(arguments: argparse.Namespace, settings: Settings) -> int:
    plan = plan_in(arguments.file)
    if arguments.command == "plan-faults":
        print(f"{arguments.file} has no faults.")
        return 0
    database = Database(database_url(settings))
    try:
        print(await keep_plan(Plans(database), plan, arguments))
    finally:
        await database.close()
    return 0


async def _trace(settings: Settings, command_id: CommandId) -> int:
    """0 when something is known of the command."""
    database = Database(database_url(settings))
    try:
        found = await Archive(database).trace(command_id)
    finally:
        await database.close()
    lines = way_of(command_id, found, logged(settings.home / "logs", command_id))
    print("\n".join(lines) or unknown(command_id))
    return 0 if lines else 1


def _wire_types(*, check: bool) -> int:
    texts = {
        "wire.gen.ts": typescript(),
        "rules.gen.ts": rule_constants(),
        "evaluation.gen.ts": evaluation_constants(),
    }
    for name, text in texts.items():
        if not check:
            (WIRE / name).write_text(text, encoding="utf-8")
        elif (WIRE / name).read_text(encoding="utf-8") != text:
            print(f"{name} is not current: run `python -m backend wire-types`", file=sys.stderr)
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
