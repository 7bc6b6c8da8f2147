"""What is counted when Prometheus asks: how the halls stand, and the sums of the fan-outs."""

from collections import Counter
from collections.abc import Callable, Iterator

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from backend.hub.hall import Hall
from backend.hub.halls import Halls


class Census(Collector):
    """The halls of this process, counted anew each time.

    Every process serves every hall, so all tell the same of one, but for what it is that they
    know of it: take the largest.
    """

    def __init__(self, halls: Halls) -> None:
        self._halls = halls

    def collect(self) -> Iterator[Metric]:
        """Each family when it is asked for: there may be a thousand halls."""
        yield from _of_process(self._halls)
        for name, words, count in (
            ("ready", "Whether its day is folded and its commands are taken", _is_ready),
            ("open", "Whether its day is open", _is_open),
            ("seq", "Commits of its day that this process has folded", _seq),
            ("tickets", "Tickets issued today", _tickets),
            ("waiting", "Tickets that wait", _waiting),
            ("counters_open", "Counters that are open", _counters_open),
            ("unprinted", "Papers that no printer has reported yet", _unprinted),
            ("unspoken_seconds", "Age of the oldest call that no speaker has reported", _unspoken),
        ):
            yield _by_hall(self._halls, name, words, count)
        yield _alerts(self._halls)


def _of_process(halls: Halls) -> Iterator[Metric]:
    fanouts = [hall.fanout for hall in halls]
    for name, words, count in (
        ("views_computed", "Views derived and encoded", sum(f.computed for f in fanouts)),
        (
            "views_changed",
            "Views that were found different and shown",
            sum(f.changed for f in fanouts),
        ),
        ("frames", "Frames of views given to sockets", sum(f.ring.frames for f in fanouts)),
        ("frame_bytes", "Bytes of those frames", sum(f.ring.bytes for f in fanouts)),
    ):
        yield CounterMetricFamily(f"yizhan_{name}", words, value=count)
    waiting = sum(hall.transactor.waiting for hall in halls)
    yield GaugeMetricFamily("yizhan_commands_waiting", "Commands not yet decided", value=waiting)
    watched: Counter[str] = Counter()
    for fanout in fanouts:
        watched.update(fanout.watched())
    family = GaugeMetricFamily(
        "yizhan_topics_watched", "Topics that somebody watches", labels=["haste"]
    )
    for haste, count in watched.items():
        family.add_metric([haste], count)
    yield family


def _by_hall(
    halls: Halls, name: str, words: str, count: Callable[[Hall], float]
) -> GaugeMetricFamily:
    family = GaugeMetricFamily(f"yizhan_hall_{name}", words, labels=["hall"])
    for hall in halls:
        family.add_metric([hall.hall_id], count(hall))
    return family


def _alerts(halls: Halls) -> GaugeMetricFamily:
    """Only of those that stand: a hall mostly has none."""
    family = GaugeMetricFamily(
        "yizhan_hall_alerts", "Alerts of the hall that stand (AL1)", labels=["hall", "kind"]
    )
    for hall in halls:
        kinds = Counter(kind for kind, _ in hall.follower.day.standing)
        for kind, count in kinds.items():
            family.add_metric([hall.hall_id, kind], count)
    return family


def _is_ready(hall: Hall) -> float:
    return hall.is_ready


def _is_open(hall: Hall) -> float:
    return hall.follower.day.is_open


def _seq(hall: Hall) -> float:
    return hall.follower.position.seq


def _tickets(hall: Hall) -> float:
    return len(hall.follower.day.tickets)


def _waiting(hall: Hall) -> float:
    day = hall.follower.day
    lines = sum(queue.waiting for queue in day.queues.values())
    return lines + sum(len(lane) for lane in day.directed.values())


def _counters_open(hall: Hall) -> float:
    return sum(counter.is_open for counter in hall.follower.day.counters.values())


def _unprinted(hall: Hall) -> float:
    return sum(len(jobs) for jobs in hall.follower.day.unprinted.values())


def _unspoken(hall: Hall) -> float:
    """0 when every call was spoken; of a closed day nothing is to be spoken."""
    day = hall.follower.day
    oldest = [next(iter(calls)) for calls in day.unspoken.values() if calls]
    if not oldest or not day.is_open:
        return 0.0
    at = hall.now()
    return max((at - day.calls[call_id].called_at).total_seconds() for call_id in oldest)
