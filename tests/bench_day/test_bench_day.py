"""A small design day on real processes: everybody is served, and the archive keeps every rule."""

from tests.bench_day.__main__ import bench_day


def test_small_day_on_real_processes_keeps_every_invariant__I1_I2_I3_I4_I5_I6_I7_I8_I9_I13() -> (
    None
):
    section = bench_day(visitors=200, present_max=60, phones=30)
    assert "200 visitors" in section.words
    values = {figure.name: figure.value for figure in section.figures}
    assert values["commands answered"] > 0
    assert values["frames on phones"] > 0


def test_day_that_is_overrun_expires_who_still_waits__I13_DY1() -> None:
    section = bench_day(visitors=600, present_max=None, phones=10)
    assert " 0 expired" not in section.words
