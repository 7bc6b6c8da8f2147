"""All topics of a day."""

from collections.abc import Iterable

from backend.core.access import Family
from backend.core.day import HallDay
from backend.core.views.topics import Topic, exists


def topics_of(day: HallDay) -> list[Topic]:
    """Every topic that the day ever had and has still, every ticket's among them."""
    index = day.index
    printers = {kiosk.printer_id for kiosk in index.kiosks.values()}
    keys: dict[Family, Iterable[str]] = {
        Family.BOARD: index.zones,
        Family.VOICE: index.zones,
        Family.COUNTER: index.counters,
        Family.COUNTER_SCREEN: index.counters,
        Family.PAD: index.counters,
        Family.KIOSK: index.kiosks,
        Family.PRINTER: [printer_id for printer_id in printers if printer_id is not None],
        Family.TICKET: day.tokens,
        Family.QUEUES: [""],
        Family.OPS: [""],
        Family.ALERTS: [""],
        Family.GREETER: [""],
        Family.TAKE: [""],
        Family.OFFERS: [""],
        Family.CONSULTATION: ["key"],
        Family.CONSULTATIONS: [""],
    }
    known = [Topic(family, key) for family in Family for key in keys[family]]
    return [topic for topic in known if exists(day, topic)]
