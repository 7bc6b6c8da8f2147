"""The options of the command line, and the parts that they ask for."""

import argparse
from pathlib import Path
from zoneinfo import ZoneInfo

from msgspec import Struct

from display_agent.hours import Hours, parse_hours
from display_agent.led import BAUDS, LedChoice, parse_led
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
        description="Speaks the calls of a hall's zones, and shows them on LED lines.",
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
    add("--led-baud", type=int, choices=sorted(BAUDS), default=9600)
    return options


class Setup(Struct, frozen=True, kw_only=True):
    """What the options mean."""

    zones: tuple[ZoneChoice, ...]
    leds: tuple[LedChoice, ...]
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
    if not zones and not leds:
        raise ValueError("nothing to do: give --zone or --led")
    hours = parse_hours(options.quiet_hours, options.volume)
    return Setup(zones=tuple(zones.values()), leds=leds, hours=hours)


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
