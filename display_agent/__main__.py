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
from datetime import datetime
from functools import partial
from pathlib import Path

from backend.client.claim import agent_id_in
from backend.client.enrol import device_key, enrol, until_sent_away
from backend.client.findings import Verdict
from display_agent import log
from display_agent.agent import Agent, Link
from display_agent.announcer import Announcer
from display_agent.browser import find_chromium
from display_agent.doctor import examine
from display_agent.edge import Edge, edge_fetch
from display_agent.espeak import Espeak
from display_agent.led import Led, open_port
from display_agent.memory import keep_compact
from display_agent.options import Setup, loudspeakers_of, parser, setup_of, wants_of
from display_agent.record import Record
from display_agent.recordings import Recordings
from display_agent.screens import Screens, Station
from display_agent.shelf import Shelf
from display_agent.speaker import Speaker
from display_agent.transcript import Transcript
from display_agent.voice import Voices

_log = logging.getLogger("yizhan.display")


async def run(options: argparse.Namespace, setup: Setup, token: str) -> None:
    """Look after the screens at once, and speak as soon as the hub lets us in; until stopped."""
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    station = Station(
        url=options.url,
        hall_id=options.hall,
        chromium=find_chromium(options.chromium),
        home=options.home,
        is_headless=options.headless,
        lit=setup.lit,
        hidden=frozenset({options.token_env}),
        clock=partial(datetime.now, options.timezone),
    )
    screens = Screens(station, setup.screens, os.environ)
    keys = [token]
    async with asyncio.TaskGroup() as tasks:
        showing = tasks.create_task(screens.run(lambda: keys[0]))
        speaking = tasks.create_task(_let_in(options, setup, screens, keys, stop))
        await stop.wait()
        showing.cancel()
        await asyncio.wait((showing,))
        if not keys[0]:
            speaking.cancel()  # it waits to be let in; else it ends by itself


async def _let_in(
    options: argparse.Namespace,
    setup: Setup,
    screens: Screens,
    keys: list[str],
    stop: asyncio.Event,
) -> None:
    """Speak with the token, or with the device's own key once it counts (EN2)."""
    if options.key_file is None:
        await _speak(options, setup, keys[0], stop)
        return

    def show(code: str | None) -> None:
        words = f"登记码 Code {code[:3]} {code[3:]} → /ops/devices" if code else ""
        screens.show_words(words)
        _log.warning("waits to be let in: %s", words or "the hub is not reached")

    await enrol(options.url, options.key_file, wants_of(setup), show)
    screens.show_words("")
    keys[0] = device_key(options.key_file)
    sent_away = asyncio.create_task(until_sent_away(options.url, options.key_file))
    sent_away.add_done_callback(lambda _: stop.set())  # and asks anew when it is started again
    try:
        await _speak(options, setup, keys[0], stop)
    finally:
        sent_away.cancel()


async def _speak(
    options: argparse.Namespace, setup: Setup, token: str, stop: asyncio.Event
) -> None:
    """Put the parts of the voice together and work until `stop` is set."""
    home: Path = options.home
    recordings = Recordings(options.recordings)
    for fault in recordings.faults:
        _log.error("recording %s", fault)
    edge = Edge(Shelf(home / "edge", ".mp3"), edge_fetch(options.edge_proxy))
    voices = Voices(options.voice, recordings, edge, Shelf(home / "clips", ".wav"), Espeak())
    record = Record(home / "begun.jsonl")
    begun = record.keys
    transcript = Transcript(options.wav) if options.wav is not None else None
    loudspeakers = loudspeakers_of(setup, options)
    ports = {led.device: open_port(led.device, options.led_baud) for led in setup.leds}
    places = [zone.zone_id for zone in setup.zones] + [led.counter_id for led in setup.leds]
    name = f"display-{'-'.join(places)}"
    agent = Agent(
        Link(url=options.url, hall_id=options.hall, token=token, name=name),
        agent_id=agent_id_in(home),
        voices=voices,
        loudspeakers=list(loudspeakers.values()),
        leds=[Led(led, ports[led.device]) for led in setup.leds],
    )
    for zone in setup.zones:
        loudspeaker = loudspeakers[zone.device]
        make = partial(
            Announcer,
            Speaker(voices, loudspeaker, record, transcript, recordings.chime),
            loudspeaker,
            hours=setup.hours,
            timezone=options.timezone,
        )
        agent.speak_for(zone.zone_id, begun, make)
    await agent.run(stop)


@contextlib.contextmanager
def only_one(home: Path) -> Iterator[None]:
    """Hold a home folder, so that two agents do not write one record.  Raises BlockingIOError."""
    home.mkdir(parents=True, exist_ok=True)
    with (home / "agent.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield


async def _doctor(options: argparse.Namespace, setup: Setup, token: str) -> int:
    """Print what the doctor finds; the exit status is 1 when something is bad."""
    is_bad = False
    logging.disable()  # what is wrong is told in the findings
    async for finding in examine(options, setup, token):
        print(f"{finding.verdict} {finding.part:<10} {finding.zh}\n{'':13}{finding.en}", flush=True)
        is_bad |= finding.verdict is Verdict.BAD
    print("! 请按提示处理。 Please do as it says." if is_bad else "✓ 一切正常。 All is well.")
    return int(is_bad)


def main() -> int:
    """Run the agent or its doctor; returns the exit status."""
    options = parser().parse_args()
    log.set_up()
    keep_compact()
    token = os.environ.get(options.token_env, "")
    try:
        setup = setup_of(options)
    except ValueError as error:
        _log.error("%s", error)
        return 2
    if options.task == "doctor":
        if not token and options.key_file is not None and options.key_file.exists():
            token = device_key(options.key_file)
        return asyncio.run(_doctor(options, setup, token))
    if not token and options.key_file is None:
        _log.error("no token: set %s, or give --key-file", options.token_env)
        return 2
    try:
        with only_one(options.home):
            _log.info("works for %s of %s", ", ".join(wants_of(setup)), options.hall)
            asyncio.run(run(options, setup, token))
    except BlockingIOError:
        _log.error("another agent uses %s", options.home)
        return 1
    _log.info("stopped")
    return 0


if __name__ == "__main__":
    sys.exit(main())
