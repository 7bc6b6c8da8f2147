"""What the hub counts and times as it happens, for Prometheus.

What is counted only when somebody asks is in `census.py`.
Labels are bounded by the code: never a ticket, a person or a topic.
"""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from backend.hub.haste import Haste

COMMAND_S = (0.001, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 3.0)
APPEND_S = (0.0002, 0.0005, 0.001, 0.002, 0.005, 0.01, 0.025, 0.1, 0.5, 2.5)
FANOUT_S = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 1.5, 5.0)
registry = CollectorRegistry()
OWN = "own"
"""The class of a visitor's own call on the phone: told at once, unlike the other phones."""

sockets = Gauge("yizhan_sockets", "Open WebSockets", ["role"], registry=registry)
sockets_dropped = Counter(
    "yizhan_sockets_dropped",
    "Connections given up since they read too slowly",
    registry=registry,
)
views_coalesced = Counter(
    "yizhan_views_coalesced",
    "Views replaced by newer ones before they were sent",
    registry=registry,
)
commits = Counter("yizhan_commits", "Commands stored, refused ones among them", registry=registry)
append_conflicts = Counter(
    "yizhan_append_conflicts", "Appends that another writer came before", registry=registry
)
append_s = Histogram(
    "yizhan_append_seconds",
    "From an append's call to its being on disk",
    buckets=APPEND_S,
    registry=registry,
)
append_commits = Histogram(
    "yizhan_append_commits",
    "Commands stored by one append",
    buckets=(1, 2, 4, 8, 16, 32, 64, 128, 256),
    registry=registry,
)
follow_s = Histogram(
    "yizhan_follow_seconds",
    "From the stamp of another process's command to its being folded here, oldest of a read",
    buckets=COMMAND_S,
    registry=registry,
)
_command_s = Histogram(
    "yizhan_command_seconds",
    "From a command's receipt to its answer",
    ["command", "outcome"],
    buckets=COMMAND_S,
    registry=registry,
)
_fanout_s = Histogram(
    "yizhan_fanout_seconds",
    "From a change's being folded to the write to the last socket that watches it",
    ["haste"],
    buckets=FANOUT_S,
    registry=registry,
)

fanout_s: dict[str, Histogram] = {name: _fanout_s.labels(name) for name in (*Haste, OWN)}
"""By the topic's haste, or OWN."""
_command_s_of: dict[tuple[str, str], Histogram] = {}


def command_s(command: str, outcome: str) -> Histogram:
    """The one for commands of this tag that end so; looked up once, since labels() is slow."""
    found = _command_s_of.get((command, outcome))
    if found is None:
        found = _command_s_of[command, outcome] = _command_s.labels(command, outcome)
    return found
