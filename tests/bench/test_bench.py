"""The bench's pure parts with tiny sizes: that tables come out, not how fast anything is."""

import time

import pytest

from tests.bench.core import bench_core
from tests.bench.days import EVENTS, events_of, make_day
from tests.bench.figures import (
    BEGIN,
    END,
    Figure,
    Section,
    as_markdown,
    as_text,
    machine,
    quantile,
    replace_generated,
)
from tests.bench.processes import Disturbance


def test_tiny_core_bench_gives_every_figure_a_row() -> None:
    sections = bench_core(events=400, rounds=2)
    text, markdown = as_text(sections), as_markdown(sections, machine())
    for section in sections:
        assert section.title in text
        for figure in section.figures:
            assert figure.value > 0.0
            assert figure.name in text
            assert f"| {figure.name} |" in markdown
    names = [figure.name for section in sections for figure in section.figures]
    assert {"call_next", "take_ticket", "one event with 2,000 waiting"} <= set(names)


def test_made_day_has_the_events_asked_for_and_is_the_same_again() -> None:
    commits = make_day(500, waiting=20)
    assert len(events_of(commits)) == pytest.approx(500, abs=40)
    assert events_of(commits) == events_of(make_day(500, waiting=20))
    assert EVENTS == 25_000


@pytest.mark.parametrize(
    ("value", "is_least", "verdict"),
    [(9.0, False, "ok"), (11.0, False, "short"), (9.0, True, "short"), (10.0, True, "ok")],
)
def test_figure_is_judged_by_its_target(value: float, is_least: bool, verdict: str) -> None:
    figure = Figure(name="a", value=value, unit="ms", target=10.0, is_least=is_least)
    assert figure.row()[-1] == verdict
    assert figure.row()[3] == f"{value / 10:.3g} × target"


def test_figure_beside_a_peer_shows_the_ratio_to_it() -> None:
    figure = Figure(name="a", value=12_345.0, unit="/s", peer=24_690.0, peer_name="bare append")
    assert figure.row() == ("a", "12,340 /s", "–", "0.5 × bare append", "–")


def test_short_figure_of_a_busy_machine_is_marked() -> None:
    figures = (Figure(name="a", value=11.0, unit="ms", target=10.0),)
    quiet = Section(title="T", setting="S.", figures=figures, others_share=0.1)
    busy = Section(title="T", setting="S.", figures=figures, others_share=0.5)
    assert [section.rows()[0][-1] for section in (quiet, busy)] == ["short", "short, machine busy"]


def test_page_keeps_the_words_around_what_is_generated() -> None:
    figures = (Figure(name="a", value=1.0, unit="ms"),)
    generated = as_markdown([Section(title="T", setting="S.", figures=figures)], "2 cores")
    page = replace_generated(f"before\n\n{BEGIN}\n\nold\n\n{END}\n\nafter\n", generated)
    assert page.startswith("before\n")
    assert page.endswith("after\n")
    assert "old" not in page
    assert replace_generated(page, generated) == page


def test_quantile_of_a_hundred_values() -> None:
    values = [float(n) for n in range(100, 0, -1)]
    assert (quantile(values, 0.5), quantile(values, 0.99)) == (51.0, 100.0)


def test_disturbance_is_a_share() -> None:
    disturbance = Disturbance()
    until = time.process_time() + 0.5  # many ticks of 10 ms, in which the kernel counts
    while time.process_time() < until:
        pass
    assert 0.0 <= disturbance.share <= 1.1
