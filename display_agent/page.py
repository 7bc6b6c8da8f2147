"""What is on a screen, judged by what its page says; pure (SC1, SC2)."""

import re
from datetime import time
from hashlib import sha256
from urllib.parse import quote, urlsplit

import msgspec
from msgspec import Struct

from backend.core.devices import ScreenReport
from backend.core.ids import ScreenState

PAGES = {"board": "board", "counter_screen": "counter-screen", "kiosk": "kiosk", "pad": "pad"}
"""The page that shows a topic of each family."""
DETAIL_MAX = 200
BLANK_AFTER_S = 600.0
"""After the end of the hall's day, so that the last visitors read that it is over."""
_CHOICE = re.compile(
    r"(?P<id>(?:board|counter_screen|kiosk|pad):[^@\s/]{1,64})"
    r"(?:@(?P<x>\d{1,5}),(?P<y>\d{1,5}),(?P<width>\d{2,5})x(?P<height>\d{2,5}))?"
)
_CLOCK = re.compile(r"\d{1,2}:\d{2}(?::\d{2})?")

EXPRESSION = """
(({ blank, words }) => {
  const put = (id, shown, style) => {
    let element = document.getElementById(id)
    if (!shown) return element?.remove()
    if (element === null) {
      element = document.createElement('div')
      element.id = id
      element.style.cssText = 'position:fixed;inset:auto 0 0 0;z-index:2147483647;' + style
      document.documentElement.append(element)
    }
    element.textContent = shown
  }
  put('yizhan-blank', blank && ' ', 'top:0;background:#000;cursor:none')
  put('yizhan-words', words, 'padding:.3em;background:#000;color:#fff;text-align:center;' +
    'font:600 4vmin sans-serif;letter-spacing:.1em')
  return {
    url: location.href,
    text: document.body?.innerText ?? '',
    screen: window.yizhanScreen ?? null,
  }
})(%s)
"""
"""Looks at the page, and puts black or words over it, or takes them away."""


class ScreenChoice(Struct, frozen=True, kw_only=True):
    """A screen: what it shows, and where on the desktop."""

    screen_id: str
    place: tuple[int, int, int, int] | None
    """Left, top, width, height in pixels; None: where the system puts it."""


class Told(Struct, frozen=True, kw_only=True, rename="camel"):
    """What the page says of itself (`useScreenReport.ts`)."""

    topic: str
    epoch: str | None
    seq: int | None
    is_open: bool | None
    is_stale: bool


class Sight(Struct, frozen=True, kw_only=True):
    """What was seen of the page."""

    url: str
    text: str
    screen: Told | None


class Lit(Struct, frozen=True, kw_only=True):
    """The hours by the wall's clock in which screens are lit; over midnight when they end first."""

    begins: time
    ends: time

    def has(self, local: time) -> bool:
        """Whether screens are lit at this local time."""
        if self.begins <= self.ends:
            return self.begins <= local < self.ends
        return local >= self.begins or local < self.ends


def parse_screen(text: str) -> ScreenChoice:
    """Read `board:Z1@0,0,1920x1080` or `kiosk:K1`.  Raises ValueError."""
    found = _CHOICE.fullmatch(text)
    if found is None:
        raise ValueError(f"a screen is written board:Z1@0,0,1920x1080, not {text}")
    place = None
    if found["x"] is not None:
        numbers = [int(found[name]) for name in ("x", "y", "width", "height")]
        place = numbers[0], numbers[1], numbers[2], numbers[3]
    return ScreenChoice(screen_id=found["id"], place=place)


def parse_lit(text: str) -> Lit:
    """Read `07:00-19:30`.  Raises ValueError."""
    begins, _, ends = text.partition("-")
    return Lit(begins=time.fromisoformat(begins.strip()), ends=time.fromisoformat(ends.strip()))


def address_of(screen_id: str, url: str, hall_id: str) -> str:
    """The page that shows the topic."""
    family, _, key = screen_id.partition(":")
    return f"{url.rstrip('/')}/{PAGES[family]}/{quote(key, safe='')}?hall={quote(hall_id, safe='')}"


def is_page(sight: Sight, address: str) -> bool:
    """Whether the page is the one that is wanted, whatever stands behind its path."""
    here, there = urlsplit(sight.url), urlsplit(address)
    return (here.scheme, here.netloc, here.path) == (there.scheme, there.netloc, there.path)


def report_of(screen_id: str, sight: Sight, *, is_blank: bool) -> ScreenReport:
    """What the hub is told of a page that is in its place."""
    told = sight.screen
    has_view = told is not None and told.epoch is not None and not told.is_stale
    state = ScreenState.LIT if has_view else ScreenState.STALE
    return ScreenReport(
        screen_id=screen_id,
        state=ScreenState.BLANK if is_blank else state,
        detail="" if has_view or told is not None else "the page waits to be let in",
        epoch=told.epoch if told is not None else None,
        seq=told.seq if told is not None else None,
        digest=digest_of(sight.text),
    )


def dark(screen_id: str, detail: str) -> ScreenReport:
    """What the hub is told of a screen that shows nothing."""
    return ScreenReport(screen_id=screen_id, state=ScreenState.DARK, detail=detail[:DETAIL_MAX])


def digest_of(text: str) -> str:
    """Of what is to be read, whatever the time and however wide the screen."""
    plain = " ".join(_CLOCK.sub("", text).split())
    return sha256(plain.encode(errors="replace")).hexdigest()[:16]


def sight_of(value: object) -> Sight:
    """What the expression gave.  Raises msgspec.ValidationError."""
    return msgspec.convert(value, Sight)


class Blanking:
    """Whether a screen is to be black: by the schedule, else by the hall's day (SC2)."""

    def __init__(self, lit: Lit | None) -> None:
        self._lit = lit
        self._closed_s: float | None = None
        """Since when the hall's day is known to be over, by a clock that nobody puts."""

    def see(self, told: Told | None, now_s: float) -> None:
        """Take what the page knows of the hall's day; a page without a hub knows nothing new."""
        if told is None or told.is_stale or told.is_open is None:
            return
        if told.is_open:
            self._closed_s = None
        elif self._closed_s is None:
            self._closed_s = now_s

    def is_due(self, local: time, now_s: float) -> bool:
        """Whether it is to be black now."""
        if self._lit is not None:
            return not self._lit.has(local)
        return self._closed_s is not None and now_s - self._closed_s >= BLANK_AFTER_S
