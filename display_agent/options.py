"""The options of the command line, and the parts that they ask for."""

import argparse
import os
from collections.abc import Callable
from pathlib import Path
from zoneinfo import ZoneInfo

from msgspec import Struct

from display_agent.hours import Hours, parse_hours
from display_agent.led import BAUDS, LedChoice, parse_led
from display_agent.page import Lit, ScreenChoice, parse_lit, parse_screen
from display_agent.sound import Loudspeaker
from display_agent.voice import VoiceChoice


class ZoneChoice(Struct, frozen=True, kw_only=True):
    """A zone, and the device that it is heard through."""

    zone_id: str
    device: str
    """Part of a device's name; empty: the system's own choice."""


def parser() -> argparse.ArgumentParser:
    """The options."""
    options = argparse.ArgumentParser(
        prog="python -m display_agent",
        description="Speaks the calls of a hall's zones, shows them on LED lines, and looks after"
        " its screens.",
    )
    add = options.add_argument
    add(
        "task",
        nargs="?",
        choices=["run", "doctor"],
        default="run",
        help="run: work until stopped; doctor: look at everything, and speak a test call",
    )
    add("--url", required=True, help="address of the hub, http(s)://host:port")
    add("--hall", required=True, help="id of the hall, for example main")
    add("--token-env", default="YIZHAN_TOKEN", help="environment variable that holds the token")
    add(
        "--key-file",
        type=Path,
        help="the device's own key, made when missing; shows a code until somebody lets it in",
    )
    add(
        "--zone",
        action="append",
        default=[],
        metavar="Z1[=DEVICE]",
        help="zone to speak for, and a part of its sound device's name; zones with the same"
        " device share it",
    )
    add("--home", type=Path, required=True, help="folder for rendered speech and the record")
    add("--wav", type=Path, help="folder for a WAV of each announcement and spoken.jsonl")
    add("--recordings", type=Path, help="folder with the hall's own recordings (docs/voice.md)")
    add("--quiet-hours", metavar="22:00-07:00", help="local hours in which nothing is spoken")
    add("--volume", default="0.8", help="0 to 1, or by local time: 07:00=0.8,12:00=0.4")
    add("--timezone", type=ZoneInfo, default=ZoneInfo("Asia/Shanghai"), help="of local times")
    add("--voice", type=VoiceChoice, choices=list(VoiceChoice), default=VoiceChoice.AUTO)
    add("--edge-proxy", help="HTTP proxy for the network voice")
    add(
        "--sound",
        choices=["auto", "optional", "null"],
        default="auto",
        help="auto: no sound is a fault; optional: it is none; null: no loudspeaker",
    )
    add("--fast", action="store_true", help="no loudspeaker, and do not take the time of one")
    add(
        "--led",
        action="append",
        default=[],
        metavar="W05=/dev/ttyUSB0[@1]",
        help="counter whose line an LED strip shows, and the strip's address; file:PATH is a dummy",
    )
    _add_screens(add)
    add("--led-baud", type=int, choices=sorted(BAUDS), default=9600)
    return options


def _add_screens(add: Callable[..., object]) -> None:
    add(
        "--screen",
        action="append",
        default=[],
        metavar="board:Z1[@LEFT,TOP,WIDTHxHEIGHT]",
        help="screen to look after: board:, counter_screen:, kiosk: or pad: and its id, and where"
        " on the desktop its browser stands",
    )
    add(
        "--lit",
        metavar="07:00-19:30",
        help="local hours in which screens are lit; default: while the hall's day is open",
    )
    add("--chromium", default=os.environ.get("YIZHAN_CHROMIUM"), help="the browser's program")
    add("--headless", action="store_true", help="browsers without a display, for tests")


class Setup(Struct, frozen=True, kw_only=True):
    """What the options mean."""

    zones: tuple[ZoneChoice, ...]
    leds: tuple[LedChoice, ...]
    screens: tuple[ScreenChoice, ...]
    lit: Lit | None
    hours: Hours


def setup_of(options: argparse.Namespace) -> Setup:
    """The options, read.  Raises ValueError with words for people."""
    zones: dict[str, ZoneChoice] = {}
    for text in options.zone:
        zone_id, _, device = text.partition("=")
        if not zone_id:
            raise ValueError(f"a zone is written Z1 or Z1=device, not {text}")
        zones[zone_id] = ZoneChoice(zone_id=zone_id, device=device)
    leds = tuple(parse_led(text) for text in options.led)
    screens = {choice.screen_id: choice for choice in map(parse_screen, options.screen)}
    if not zones and not leds and not screens:
        raise ValueError("nothing to do: give --zone, --led or --screen")
    lit = parse_lit(options.lit) if options.lit else None
    hours = parse_hours(options.quiet_hours, options.volume)
    return Setup(
        zones=tuple(zones.values()),
        leds=leds,
        screens=tuple(screens.values()),
        lit=lit,
        hours=hours,
    )


def loudspeakers_of(setup: Setup, options: argparse.Namespace) -> dict[str, Loudspeaker]:
    """A loudspeaker for each device that a zone names."""
    return {
        zone.device: Loudspeaker(
            zone.device,
            is_null=options.sound == "null",
            is_fast=options.fast,
            is_optional=options.sound == "optional",
        )
        for zone in setup.zones
    }


def wants_of(setup: Setup) -> list[str]:
    """The topics of what this machine is to speak for (EN2)."""
    zones = [f"voice:{zone.zone_id}" for zone in setup.zones]
    return zones + [screen.screen_id for screen in setup.screens]
