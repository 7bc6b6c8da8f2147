"""The load generator on a few sockets: that it counts right, not how fast anything is."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from backend.demo.hall import demo_plan
from tests.bench_hub import soak
from tests.bench_hub.generator import Generator, generating
from tests.bench_hub.mixed import Click, Seen, bench_mixed
from tests.bench_hub.servers import limit
from tests.bench_hub.spread import bench_spread

pytestmark = pytest.mark.skipif(shutil.which("cc") is None, reason="there is no C compiler")

SOCKETS, SIZE = 20, 300


@pytest.fixture
def generator() -> Iterator[Generator]:
    """One for a C server of its own, with some sockets open."""
    with limit(SIZE) as server, generating(server) as found:
        found.open(SOCKETS)
        yield found


def test_every_listener_gets_every_frame(generator: Generator) -> None:
    found = generator.rounds(50, 0.2)
    assert found.rounds == 10
    assert found.frames == found.rounds * SOCKETS
    assert len(found.last_ms) == found.rounds
    assert 0 < found.p50_ms <= found.p99_ms


def test_frame_longer_than_a_buffer_of_those_who_do_not_read_reaches_the_others() -> None:
    with limit(60_000) as server, generating(server) as found:
        found.open(SOCKETS)
        found.open(5, "stall")
        found.open(1, "slow")
        assert found.rounds(50, 0.2).frames == 10 * SOCKETS
        assert found.status().served == SOCKETS + 6


def test_reset_listeners_come_back_and_listen(generator: Generator) -> None:
    back = generator.reset()
    assert (back.lost, back.served) == (SOCKETS, SOCKETS)
    assert generator.rounds(50, 0.1).frames == 5 * SOCKETS


def test_noted_frames_tell_when_a_click_was_seen(generator: Generator, tmp_path: Path) -> None:
    generator.log(tmp_path / "frames")
    generator.rounds(50, 0.1)
    generator.unlog()
    seen = Seen(tmp_path / "frames")
    assert seen.frames == 5 * SOCKETS
    first = Click(counter=demo_plan().counters[0], ticket_id="", seq=1, sent_ns=0, answered_ns=0)
    after = Click(counter=demo_plan().counters[0], ticket_id="", seq=6, sent_ns=0, answered_ns=0)
    assert all((seen.waited_ms(n, first) or 0) > 0 for n in range(SOCKETS))
    assert seen.waited_ms(0, after) is None


def test_small_hall_shows_every_call_on_every_screen() -> None:
    section = bench_mixed(phones=60, calls_s=2.0)
    assert "10 calls" in section.setting
    names = {figure.name for figure in section.figures}
    assert {f"click → {kind}: p99" for kind in ("board", "voice", "window", "phones")} <= names


def test_memory_is_read_while_clients_misbehave(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(soak, "SAMPLE_S", 0.3)
    monkeypatch.setattr(soak, "PACED_S", 0.4)
    section = soak.bench_soak(minutes=0.03, readers=40, stalled=10, coming=20, full_s=0.5)
    assert {figure.name for figure in section.figures} >= {"grew without that: flat"}
    assert section.figures[1].value < 100  # kB a command


def test_sockets_of_two_processes_are_all_told() -> None:
    section = bench_spread(count=30, turns=1, paced_s=0.5)
    figures = {figure.name: figure.value for figure in section.figures}
    assert figures["two: arrival, p50"] > 0
    assert figures["two, 1.6 × the sockets: last arrival, p95"] > 0
