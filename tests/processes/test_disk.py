"""A hall whose disk is full, and has room again."""

import os
import resource
import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from tests.hall import Hall, running_hall, until

TAKE = {"type": "take_ticket", "channel": "anonymous", "queue_id": "B"}
BACK_S = 30.0


def test_full_disk_ends_only_who_must_write__I1_I7_I20() -> None:
    with running_hall() as hall:
        before = hall.do("before", TAKE).json
        launcher, web, recorder = (hall.pid(name) for name in ("launcher", "web1", "recorder"))
        with no_room_to_write(hall, "launcher", "web1", "recorder", "valkey"):
            assert hall.do("full", TAKE).status == 503
            os.kill(recorder, signal.SIGKILL)
            until(lambda: children(launcher) - set(hall.pids().values()) != set(), BACK_S)
            assert hall.do("full", TAKE).status == 503
        until(lambda: hall.do("full", TAKE).status == 200, BACK_S)
        assert hall.do("before", TAKE).json == before
        until(lambda: hall.pid("recorder") in children(launcher), BACK_S)
        assert hall.pid("recorder") != recorder
        assert hall.pid("web1") == web, "a line of its log that has no room ends no process"


@contextmanager
def no_room_to_write(hall: Hall, *names: str) -> Iterator[None]:
    """None of their files may grow, as on a full disk, which only root could make."""
    room = resource.getrlimit(resource.RLIMIT_FSIZE)
    for pid in map(hall.pid, names):
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (0, room[1]))
    yield
    launcher, others = hall.pid("launcher"), {hall.pid("postgres")}
    for pid in {launcher, *children(launcher)} - others:
        with suppress(ProcessLookupError):  # Valkey ends again and again
            resource.prlimit(pid, resource.RLIMIT_FSIZE, room)


def children(pid: int) -> set[int]:
    return set(map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text().split()))
