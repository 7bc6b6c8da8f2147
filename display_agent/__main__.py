"""Command line of the display agent."""

import argparse
import asyncio
import contextlib
import fcntl
import logging
import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from zoneinfo import ZoneInfo

from display_agent import log
from display_agent.agent import Agent, Link
from display_agent.edge import Edge, edge_fetch
from display_agent.espeak import Espeak
from display_agent.hours import Hours, parse_hours
from display_agent.record import Record
from display_agent.shelf import Shelf
from display_agent.sound import Loudspeaker
from display_agent.speaker import Speaker
from display_agent.transcript import Transcript
from display_agent.voice import VoiceChoice, Voices


def parser() -> argparse.ArgumentParser:
    """The options."""
    options = argparse.ArgumentParser(
        prog="python -m display_agent", description="Speaks the calls of a hall's zones."
    )
    add = options.add_argument
    add("--url", required=True, help="address of the hub, http(s)://host:port")
    add("--hall", required=True, help="id of the hall, for example main")
    add("--token-env", default="YIZHAN_TOKEN", help="environment variable that holds the token")
    add(
        "--zone",
        action="append",
        required=True,
        help="zone to speak for; several share the sound card",
    )
    add("--home", type=Path, required=True, help="folder for rendered speech and the record")
    add("--wav", type=Path, help="folder for a WAV of each announcement and spoken.jsonl")
    add("--quiet-hours", metavar="22:00-07:00", help="local hours in which nothing is spoken")
    add("--volume", default="0.8", help="0 to 1, or by local time: 07:00=0.8,12:00=0.4")
    add("--timezone", type=ZoneInfo, default=ZoneInfo("Asia/Shanghai"), help="of local times")
    add("--voice", type=VoiceChoice, choices=list(VoiceChoice), default=VoiceChoice.AUTO)
    add("--edge-proxy", help="HTTP proxy for the network voice")
    add("--sound", choices=["auto", "null"], default="auto", help="null: no loudspeaker")
    add("--fast", action="store_true", help="no loudspeaker, and do not take the time of one")
    return options


async def run(options: argparse.Namespace, hours: Hours, token: str) -> None:
    """Put the parts together and work until SIGTERM or SIGINT."""
    home: Path = options.home
    edge = Edge(Shelf(home / "edge", ".mp3"), edge_fetch(options.edge_proxy))
    voices = Voices(options.voice, edge, Shelf(home / "clips", ".wav"), Espeak())
    loudspeaker = Loudspeaker(is_null=options.sound == "null", is_fast=options.fast)
    record = Record(home / "begun.jsonl")
    begun = record.keys
    transcript = Transcript(options.wav) if options.wav is not None else None
    zone_ids = tuple(dict.fromkeys(options.zone))
    agent = Agent(
        Link(
            url=options.url,
            hall_id=options.hall,
            token=token,
            name=f"display-{'-'.join(zone_ids)}",
        ),
        zone_ids,
        speaker=Speaker(voices, loudspeaker, record, transcript),
        voices=voices,
        loudspeaker=loudspeaker,
        begun=begun,
        hours=hours,
        timezone=options.timezone,
    )
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    await agent.run(stop)


@contextlib.contextmanager
def only_one(home: Path) -> Iterator[None]:
    """Hold a home folder, so that two agents do not write one record.  Raises BlockingIOError."""
    home.mkdir(parents=True, exist_ok=True)
    with (home / "agent.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield


def main() -> int:
    """Run the agent; returns the exit status."""
    options = parser().parse_args()
    log.set_up()
    logger = logging.getLogger("yizhan.display")
    token = os.environ.get(options.token_env)
    if not token:
        logger.error("no token: set %s", options.token_env)
        return 2
    try:
        hours = parse_hours(options.quiet_hours, options.volume)
    except ValueError as error:
        logger.error("%s", error)
        return 2
    try:
        with only_one(options.home):
            logger.info("speaking for %s of %s", ", ".join(options.zone), options.hall)
            asyncio.run(run(options, hours, token))
    except BlockingIOError:
        logger.error("another agent uses %s", options.home)
        return 1
    logger.info("stopped")
    return 0


if __name__ == "__main__":
    sys.exit(main())
