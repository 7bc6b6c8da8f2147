"""Ratings that come in a burst from one device: told, never dropped (EV4)."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import timedelta

from backend.core.evaluation import VisitEvaluated

BURST_MIN = 5
BURST = timedelta(minutes=5)


def bursts(ratings: Iterable[VisitEvaluated]) -> list[VisitEvaluated]:
    """Those of at least BURST_MIN that one device gave of one counter within BURST (EV4).

    `ratings` are of one day, oldest first, and so is the result.  A device is the counter's pad,
    or whatever has the same network address.  A campus may have one address for all its phones,
    hence *of one counter*: it serves too few for so many phones to rate it at the same time.
    """
    of_device: dict[tuple[str | None, str | None], list[VisitEvaluated]] = defaultdict(list)
    for rating in ratings:
        if rating.is_at_pad or rating.sent_from is not None:
            of_device[rating.sent_from, rating.counter_id].append(rating)
    found: set[VisitEvaluated] = set()
    for own in of_device.values():
        for n in range(len(own) - BURST_MIN + 1):
            close = own[n : n + BURST_MIN]
            if close[-1].evaluated_at - close[0].evaluated_at <= BURST:
                found.update(close)
    return sorted(found, key=lambda rating: rating.evaluated_at)
