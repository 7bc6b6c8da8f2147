"""The processes of a hall, and what sets their stores up."""

import argparse
import asyncio
import socket
from functools import partial

from backend.cli.command import Commands, runs
from backend.core.ids import HallId
from backend.demo.cards import load_cards
from backend.demo.cases import load_cases, load_catalogue, load_forms
from backend.demo.facts import load_facts
from backend.demo.hall import load_demo
from backend.demo.notices import load_notices
from backend.demo.roster import load_roster
from backend.engines.running import database_owner_url, database_url, redis_url
from backend.hub.clock import now
from backend.launcher import Launcher
from backend.listener import bound, listen
from backend.metrics import serve_metrics
from backend.recorder import forget_bookings, record_halls
from backend.recorder import registry as recorder_figures
from backend.recorder.counting import keep_counts
from backend.settings import Settings, card_key
from backend.store.archive import Archive
from backend.store.bookings import Bookings
from backend.store.calendars import Calendars
from backend.store.counts import Counts
from backend.store.database import Database, migrate
from backend.store.directory import Directory
from backend.store.files import Files
from backend.store.followups import FollowUps
from backend.store.health import look_at_stores, warn_of_risks
from backend.store.plans import Plans
from backend.store.redis_servers import Links, connect_redis
from backend.store.redis_stream import RedisStream, store_errors
from backend.store.rights import grant_rights, role_in


def add_commands(commands: Commands) -> None:
    """The commands and their options."""
    run = commands.add_parser("run", help="everything on this machine, with the demo hall")
    run.set_defaults(work=_run)
    demo = commands.add_parser("demo", help="the same with simulated visitors and clerks")
    demo.set_defaults(work=_demo)
    web = commands.add_parser("web", help="one web process")
    web.add_argument("--fd", type=int, help="a listening socket to serve on, else HOST and PORT")
    web.add_argument(
        "--reuse-port", action="store_true", help="share the port with others so started"
    )
    web.set_defaults(work=_web)
    recorder = commands.add_parser("recorder", help="copy streams into the archive, send messages")
    runs(recorder, _record)
    for process in (web, recorder):
        process.add_argument("--metrics-fd", type=int, help="a listening socket for figures")
    runs(
        commands.add_parser("crowd", help="simulated visitors and clerks for a running demo"),
        _crowd,
    )
    runs(commands.add_parser("migrate", help="bring the database up to date"), _migrate)
    load = commands.add_parser("load-demo", help="put the demo hall into the database")
    load.add_argument("--in-use", action="store_true", help="with a roster and notices")
    runs(load, _load_demo)


def _run(_arguments: argparse.Namespace, settings: Settings) -> int:
    return Launcher(settings).run(crowd=False)


def _demo(_arguments: argparse.Namespace, settings: Settings) -> int:
    return Launcher(settings).run(crowd=True)


async def _crowd(_arguments: argparse.Namespace, settings: Settings) -> int:
    from backend.demo.crowd import run_crowd  # noqa: PLC0415 (needs a running hub)

    return await run_crowd(settings.url)


def _metrics(settings: Settings, fd: int | None) -> socket.socket | None:
    """Where this process tells its figures: on the launcher's socket, or as it is set."""
    if fd is not None:
        return socket.socket(fileno=fd)
    if settings.metrics_port is None:
        return None
    return listen(settings.metrics_host, settings.metrics_port, setting="METRICS_PORT")


def _web(arguments: argparse.Namespace, settings: Settings) -> int:
    # Only this one needs the framework, which takes as long to load as all that the others need.
    from backend.cli.web import serve  # noqa: PLC0415

    if arguments.fd is not None:
        listener = socket.socket(fileno=arguments.fd)
    else:
        listener = bound(settings.host, settings.port, is_shared=arguments.reuse_port)
    return serve(settings, listener, _metrics(settings, arguments.metrics_fd))


async def _record(arguments: argparse.Namespace, settings: Settings) -> int:
    from backend.messaging.config import read_config  # noqa: PLC0415
    from backend.messaging.process import send_messages  # noqa: PLC0415 (loads mail and HTTP)
    from backend.messaging.sender import registry as sender_figures  # noqa: PLC0415

    notify = read_config(settings.notify)
    metrics = _metrics(settings, arguments.metrics_fd)
    database, redis = Database(database_url(settings)), connect_redis(redis_url(settings))
    links = Links(redis_url(settings))

    def stream_of(hall_id: HallId) -> RedisStream:
        return RedisStream(links.of(hall_id), hall_id)

    directory = Directory(database, redis)
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(warn_of_risks(redis, settings.redis_replicas))
        tasks.create_task(
            record_halls(
                directory, Archive(database), FollowUps(database), Bookings(database), stream_of
            )
        )
        tasks.create_task(
            keep_counts(directory, Counts(database), Plans(database), FollowUps(database))
        )
        tasks.create_task(forget_bookings(Bookings(database), now))
        tasks.create_task(send_messages(notify, settings, database, now))
        if metrics is not None:
            look = partial(look_at_stores, redis, database)
            tasks.create_task(serve_metrics(metrics, look, recorder_figures, sender_figures))
    return 0


async def _migrate(_arguments: argparse.Namespace, settings: Settings) -> int:
    database = Database(database_owner_url(settings))
    for name in await migrate(database):
        print(f"applied {name}")
    role = role_in(database_url(settings))
    if role != role_in(database.url):
        await grant_rights(database, role)
    else:
        print("DATABASE_OWNER_URL is not set: the processes own the audit that they write.")
    await Calendars(database).seed()
    await database.close()
    async with store_errors():
        await connect_redis(redis_url(settings)).ping()  # a wrong address is told at once
    return 0


async def _load_demo(arguments: argparse.Namespace, settings: Settings) -> int:
    database = Database(database_url(settings))
    await load_demo(database)
    if arguments.in_use:
        await load_roster(database)
        await load_notices(database, now())
    await load_cards(database, card_key(settings))
    await load_facts(database, card_key(settings))
    await load_forms(Files(database, settings.home / "files"))
    await load_catalogue(database)
    await load_cases(database, now())
    await database.close()
    return 0
