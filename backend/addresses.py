"""Where the screens of a running hall are, in words for whoever started it."""

import json
import ssl
import urllib.request
from urllib.parse import quote

from backend.settings import Settings


def where(url: str, settings: Settings) -> str:
    """Where the screens are; where there are several halls, the address says which is meant."""
    halls = _halls(url)
    lines = [
        ("start page", "/"),
        ("kiosk", "/kiosk/K1 … K4"),
        ("window terminal", "/counter"),
        ("operations page", "/ops"),
        ("greeter's desk", "/greeter"),
        ("board", "/board/Z1 … Z4"),
        ("counter screen", "/counter-screen/W01 … W31"),
    ]
    if len(halls) > 1:  # which have kiosks and windows of their own
        plain = [(name, path.partition(" ")[0]) for name, path in lines]
        lines = [(n, f"{path}?hall={quote(hall)}") for hall in halls for n, path in plain]
    lines.append(("interface", "/schema"))
    text = "".join(f"\n  {name:<16} {url}{path}" for name, path in lines)
    if settings.is_demo:
        text += f"\n  {'paper':<16} {settings.home / 'paper'}"
        text += "\n  accounts: admin, supervisor, greeter, manager, statistics, editor, auditor,"
        text += "\n            w01 … w31, password demo"
    return f"the hall is open:{text}\n  Ctrl-C stops everything"


def believing() -> ssl.SSLContext:
    """For asking a hall of our own, whose certificate names it otherwise than we do."""
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context


def _halls(url: str) -> list[str]:
    """The ids of the halls there are."""
    try:
        with urllib.request.urlopen(f"{url}/api/halls", timeout=2, context=believing()) as response:
            return [entry["hall_id"] for entry in json.load(response)]
    except OSError:
        return []
